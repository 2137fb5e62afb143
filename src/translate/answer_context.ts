import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatChunk } from "../openai/chat.ts";
import type { RequestTarget } from "./request.ts";
import { definedTools } from "./select_tools.ts";
import type { Origin } from "./signature.ts";
import type { ThinkingMode } from "./thinking_block.ts";
import type { ToolCallsOptions } from "./tool_calls.ts";
import { changedNames } from "./tools.ts";
import { planSearch, toSearchQuery } from "./web_search.ts";

/** What translating an answer requires and its chunks do not contain. */
export interface AnswerContext extends ToolCallsOptions {
  /** The client already has `message_start`. */
  isStarted?: boolean;
  /** Message id to report, `msg_…`. */
  messageId: string;
  /** The model's name as the client gave it. */
  model: string;
  /** Estimate of the prompt, in tokens, until the upstream's count arrives. */
  inputTokens: number;
  thinking: ThinkingMode;
  /** Dialect and upstream model, written into thinking signatures. */
  origin: Origin;
  /** Tag around reasoning that the upstream leaves in its text. */
  thinkTag?: Capabilities["thinkTag"];
  /** … and whether the opening tag is missing. */
  thinkTagPrefilled?: boolean;
  /** Normalizes the upstream's chunks; state is this answer's own. */
  toPlain?: ((chunk: ChatChunk) => ChatChunk) | undefined;
  stopSequences: readonly string[];
  /** What the upstream is to search the web for; `null`: no search. */
  searchQuery: string | null;
  /** The client sent `context_management` and expects a report on it. */
  reportsEdits: boolean;
}

/** What translating the answer needs to know about a request and its target. */
export function toAnswerContext(
  request: MessagesRequest,
  { target, ...given }:
    & {
      target: RequestTarget;
    }
    & Pick<
      AnswerContext,
      "isStarted" | "messageId" | "inputTokens" | "newToolUseId"
    >,
): AnswerContext {
  const { model, thinking, tool_choice } = request;
  const { webSearch, thinkTag, thinkTagPrefilled } = target.capabilities;
  return {
    ...given,
    model,
    toolNames: changedNames(definedTools(request)),
    thinking: toThinkingMode(thinking),
    origin: { dialect: target.dialect.name, model: target.model },
    thinkTag,
    // If the client has begun the answer, it continues the client's text.
    thinkTagPrefilled: thinkTagPrefilled &&
      request.messages.at(-1)?.role !== "assistant",
    toPlain: target.dialect.chunks?.(request),
    stopSequences: request.stop_sequences ?? [],
    singleToolUse: Boolean(tool_choice?.disable_parallel_tool_use),
    searchQuery: planSearch(request, { webSearch, hasEngine: false }) ===
        "upstream"
      ? toSearchQuery(request)
      : null,
    reportsEdits: Boolean(request.context_management),
  };
}

/** Clients that did not ask for thinking get none, in any case. */
export function toThinkingMode(
  thinking: MessagesRequest["thinking"],
): ThinkingMode {
  if (thinking?.type !== "enabled" && thinking?.type !== "adaptive") {
    return "off";
  }
  return thinking.display === "omitted" ? "omitted" : "shown";
}
