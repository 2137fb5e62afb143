import type { MessagesRequest } from "../anthropic/request.ts";
import type { RequestTarget } from "./request.ts";
import type { ThinkingMode } from "./thinking_block.ts";
import type { ToolCallsOptions } from "./tool_calls.ts";
import { changedNames } from "./tools.ts";

/** What an answer's translation needs to know that the chunks do not say. */
export interface AnswerContext extends ToolCallsOptions {
  /** Message id to report, `msg_…`. */
  messageId: string;
  /** Model name as the client asked for it. */
  model: string;
  /** Estimate of the prompt, in tokens, until the upstream's count comes. */
  inputTokens: number;
  thinking: ThinkingMode;
  /** Dialect and upstream model, written into thinking signatures. */
  origin: { dialect: string; model: string };
  stopSequences: readonly string[];
  /** The client sent `context_management` and expects to hear of it. */
  reportsEdits: boolean;
}

/** What of a request and its target the answer's translation has to know. */
export function toAnswerContext(
  request: MessagesRequest,
  { target, ...given }: {
    target: RequestTarget;
  } & Pick<AnswerContext, "messageId" | "inputTokens" | "newToolUseId">,
): AnswerContext {
  const { model, thinking, tool_choice } = request;
  return {
    ...given,
    model,
    toolNames: changedNames(request.tools),
    thinking: toThinkingMode(thinking),
    origin: { dialect: target.dialect.name, model: target.model },
    stopSequences: request.stop_sequences ?? [],
    singleToolUse: Boolean(tool_choice?.disable_parallel_tool_use),
    reportsEdits: Boolean(request.context_management),
  };
}

/** Clients that did not ask for thinking get none, whatever the upstream does. */
function toThinkingMode(thinking: MessagesRequest["thinking"]): ThinkingMode {
  if (thinking?.type !== "enabled" && thinking?.type !== "adaptive") {
    return "off";
  }
  return thinking.display === "omitted" ? "omitted" : "shown";
}
