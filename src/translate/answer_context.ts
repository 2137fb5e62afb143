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

/** What an answer's translation needs to know that the chunks do not say. */
export interface AnswerContext extends ToolCallsOptions {
  /** The client has had `message_start` already. */
  isStarted?: boolean;
  /** Message id to report, `msg_…`. */
  messageId: string;
  /** Model name as the client asked for it. */
  model: string;
  /** Estimate of the prompt, in tokens, until the upstream's count comes. */
  inputTokens: number;
  thinking: ThinkingMode;
  /** Dialect and upstream model, written into thinking signatures. */
  origin: Origin;
  /** Tag around reasoning that the upstream leaves in its text. */
  thinkTag?: Capabilities["thinkTag"];
  /** … and whether the opening one is not there. */
  thinkTagPrefilled?: boolean;
  /** Turns the upstream's chunks to plain ones; of this answer alone. */
  toPlain?: ((chunk: ChatChunk) => ChatChunk) | undefined;
  stopSequences: readonly string[];
  /** What the upstream is to search the web for; `null`: it is not to. */
  searchQuery: string | null;
  /** The client sent `context_management` and expects to hear of it. */
  reportsEdits: boolean;
}

/** What of a request and its target the answer's translation has to know. */
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
    // An answer that the client has begun goes on behind the client's words.
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

/** Clients that did not ask for thinking get none, whatever the upstream does. */
export function toThinkingMode(
  thinking: MessagesRequest["thinking"],
): ThinkingMode {
  if (thinking?.type !== "enabled" && thinking?.type !== "adaptive") {
    return "off";
  }
  return thinking.display === "omitted" ? "omitted" : "shown";
}
