import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatRequest, ChatToolChoice } from "../openai/chat.ts";
import { isThinkingOff, isThinkingOn, toEffort } from "./effort.ts";
import type { Notices } from "./notices.ts";

/**
 * The fields that tell an upstream whether and how much to think:
 * `reasoning_effort`, its own switch, or both.
 *
 * If thinking and tools, or thinking and a forced choice, exclude each other,
 * thinking is dropped: it makes the answer better, the others make it what was
 * asked for (cc-switch#6367).
 */
export function toReasoningFields(
  request: Pick<MessagesRequest, "thinking" | "output_config">,
  { capabilities, notices, tools }: {
    capabilities: Capabilities;
    notices: Notices;
    tools: { tools?: unknown; tool_choice?: ChatToolChoice };
  },
): Partial<ChatRequest> {
  const { efforts, thinkingOn, thinkingOff } = capabilities;
  const knowsNone = efforts.length === 0 || efforts.includes("none");
  if (tools.tools && !capabilities.toolsWithReasoning && knowsNone) {
    notices.add("reasoning off: the upstream refuses it together with tools");
    return { reasoning_effort: "none" };
  }
  const isInTheWay = isForced(tools.tool_choice) &&
    !capabilities.forcedWhileThinking;
  if (isInTheWay && isThinkingOn(request)) {
    notices.add("thinking off: the upstream refuses it with a forced tool");
  }
  if (isInTheWay || isThinkingOff(request)) {
    if (thinkingOff) return { ...thinkingOff };
    const effort = toEffort({ thinking: { type: "disabled" } }, efforts);
    return effort ? { reasoning_effort: effort } : {};
  }
  const effort = toEffort(request, efforts);
  if (request.output_config?.effort && !effort) {
    notices.add("effort left out: the model takes none");
  }
  return {
    ...(isThinkingOn(request) ? thinkingOn : {}),
    ...(effort ? { reasoning_effort: effort } : {}),
  };
}

/** Whether a tool choice forces the model to call a tool. */
export function isForced(choice: ChatToolChoice | undefined): boolean {
  return choice !== undefined && choice !== "auto" && choice !== "none";
}
