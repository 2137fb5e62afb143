import type { Block, ToolUse } from "../anthropic/request.ts";
import type { ChatAssistantMessage } from "../openai/chat.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { toBreakpoint } from "./cache_breakpoint.ts";
import type { Call } from "./conversation.ts";
import type { Notices } from "./notices.ts";
import { toFunctionName } from "./ids.ts";
import { type Thought, toReasoning } from "./reasoning_back.ts";
import { tellBlock } from "./server_blocks.ts";
import { decodeSignature, isMadeBy, type Origin } from "./signature.ts";

/** What {@linkcode translateAssistant} needs besides the blocks. */
export interface AssistantContext {
  capabilities: Capabilities;
  /** Where the request goes; thinking made elsewhere is useless there. */
  origin: Origin;
  notices: Notices;
}

/**
 * Translates one turn of the model. Its text pieces are joined without a
 * separator, as the model produced them.
 *
 * @returns `null` if nothing in it can be sent to this upstream.
 */
export function translateAssistant(
  blocks: readonly Block[],
  calls: readonly Call[],
  { capabilities, origin, notices }: AssistantContext,
): ChatAssistantMessage | null {
  const texts: string[] = [];
  const thoughts: Thought[] = [];
  const signed = new Map<ToolUse, unknown>();
  let signature: unknown;
  let textSignature: unknown;
  for (const block of blocks) {
    switch (block.type) {
      case "text":
        texts.push(block.text);
        break;
      case "thinking": {
        const carried = decodeSignature(block.signature ?? "");
        thoughts.push({ shown: block.thinking, carried });
        if (!carried || !isMadeBy(carried, origin)) break;
        signature = carried.call;
        textSignature = carried.turn ?? textSignature;
        break;
      }
      case "tool_use":
        if (signature !== undefined) signed.set(block, signature);
        signature = undefined;
        break;
      case "redacted_thinking": // only Anthropic can read it
        break;
      default: {
        const told = tellBlock(block, notices);
        if (told) texts.push(`\n${told}\n`);
      }
    }
  }
  const content = texts.join("");
  const hasText = calls.length > 0 ? content.trim() !== "" : content !== "";
  if (!hasText && calls.length === 0) return null;
  const usable = thoughts.filter(({ carried }) =>
    carried === null || isMadeBy(carried, origin)
  );
  const breakpoint = toBreakpoint(blocks, capabilities);
  const text = breakpoint.cache_control
    ? [{ type: "text" as const, text: content, ...breakpoint }]
    : content;
  return {
    role: "assistant",
    content: hasText ? text : capabilities.nullContent ? null : "",
    ...toReasoning(usable, {
      capabilities,
      text: hasText ? content : "",
      calls,
    }),
    ...(hasText && textSignature !== undefined && keepsSignatures(capabilities)
      ? { extra_content: textSignature }
      : {}),
    ...(calls.length > 0
      ? { tool_calls: toToolCalls(calls, signed, capabilities) }
      : {}),
  };
}

/** Whether Gemini's signatures are sent back; not after one was refused. */
function keepsSignatures({ callSignatures }: Capabilities): boolean {
  return callSignatures === "kept" || callSignatures === "filled";
}

/** Makes Gemini accept a call that it did not sign. */
const DUMMY = {
  google: { thought_signature: "skip_thought_signature_validator" },
};

/**
 * Gemini signs the first of a turn's calls and requires that signature; calls
 * made elsewhere have none (CLIProxyAPI#2098).
 */
function toToolCalls(
  calls: readonly Call[],
  signed: ReadonlyMap<ToolUse, unknown>,
  capabilities: Capabilities,
) {
  const { callSignatures } = capabilities;
  const isKept = keepsSignatures(capabilities);
  const needsDummy = callSignatures === "dummy" ||
    (callSignatures === "filled" &&
      calls.every(({ toolUse }) => signed.get(toolUse) === undefined));
  return calls.map(({ toolUse, callId }, index) => {
    const own = isKept ? signed.get(toolUse) : undefined;
    const extra_content = own ??
      (needsDummy && index === 0 ? DUMMY : undefined);
    return {
      id: callId,
      type: "function" as const,
      function: {
        name: toFunctionName(toolUse.name),
        arguments: JSON.stringify(toolUse.input ?? {}),
      },
      ...(extra_content === undefined ? {} : { extra_content }),
    };
  });
}
