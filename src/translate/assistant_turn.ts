import type { Block, ToolUse } from "../anthropic/request.ts";
import type { ChatAssistantMessage } from "../openai/chat.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { Notices } from "./notices.ts";
import { toFunctionName } from "./ids.ts";
import { type Carried, decodeSignature } from "./signature.ts";

/** A tool use of the history under the id the upstream gets. */
export interface Call {
  toolUse: ToolUse;
  callId: string;
}

/** What {@linkcode translateAssistant} needs beside the blocks. */
export interface AssistantContext {
  capabilities: Capabilities;
  /** Who the answer goes to; thinking made elsewhere is of no use there. */
  origin: { dialect: string; model: string };
  notices: Notices;
}

/**
 * Translates one turn of the model. Its text pieces are glued without a seam,
 * as the model made them.
 *
 * @returns `null` if nothing of it can be said to this upstream.
 */
export function translateAssistant(
  blocks: readonly Block[],
  calls: readonly Call[],
  context: AssistantContext,
): ChatAssistantMessage | null {
  const texts: string[] = [];
  const thoughts: Thought[] = [];
  for (const block of blocks) {
    switch (block.type) {
      case "text":
        texts.push(block.text);
        break;
      case "thinking":
        thoughts.push({
          shown: block.thinking,
          carried: decodeSignature(block.signature ?? ""),
        });
        break;
      case "tool_use":
      case "redacted_thinking": // Anthropic's alone can read it
        break;
      default: {
        const isUnknown = block.type === "unknown";
        const type = isUnknown ? block.original.type : block.type;
        context.notices.add(`${type} block of the assistant left out`);
      }
    }
  }
  const content = texts.join("");
  const hasText = calls.length > 0 ? content.trim() !== "" : content !== "";
  if (!hasText && calls.length === 0) return null;
  return {
    role: "assistant",
    content: hasText ? content : null,
    ...toReasoning(thoughts, context),
    ...(calls.length > 0 ? { tool_calls: calls.map(toToolCall) } : {}),
  };
}

function toToolCall({ toolUse, callId }: Call) {
  return {
    id: callId,
    type: "function" as const,
    function: {
      name: toFunctionName(toolUse.name),
      arguments: JSON.stringify(toolUse.input ?? {}),
    },
  };
}

interface Thought {
  shown: string;
  carried: Carried | null;
}

type Reasoning = Pick<
  ChatAssistantMessage,
  "reasoning" | "reasoning_content" | "reasoning_details"
>;

/** What of earlier thinking this upstream takes back, in its own field. */
function toReasoning(
  thoughts: readonly Thought[],
  { capabilities, origin }: AssistantContext,
): Reasoning {
  const { reasoningField: field, reasoningRequired } = capabilities;
  if (field === null) return {};
  const usable = thoughts.filter(({ carried }) =>
    carried === null ||
    (carried.dialect === origin.dialect && carried.model === origin.model)
  );
  if (field === "reasoning_details") {
    const details = usable.flatMap(({ carried }) => carried?.details ?? []);
    return details.length > 0 ? { reasoning_details: details } : {};
  }
  const text = usable.map(({ shown, carried }) => carried?.text ?? shown)
    .join("");
  return text !== "" || reasoningRequired ? { [field]: text } : {};
}
