import type { StopReason } from "../anthropic/message.ts";
import { ApiError } from "../anthropic/errors.ts";

const STOP_REASONS = new Map<string, StopReason>(Object.entries({
  stop: "end_turn",
  length: "max_tokens",
  model_length: "max_tokens", // Mistral
  model_context_window_exceeded: "max_tokens", // GLM; Claude Code does not compact on Anthropic's own name for it
  tool_calls: "tool_use",
  function_call: "tool_use",
  content_filter: "refusal",
  sensitive: "refusal", // GLM
  refusal: "refusal",
}));

/**
 * Translates a `finish_reason` to a stop reason.
 *
 * A complete tool use wins over the finish reason: Gemini and Ollama send
 * `stop` with tool calls, and `tool_calls` without a call is a normal end.
 *
 * @throws {ApiError} `overloaded_error` or `api_error` for a reason that means
 * failure, or that is unknown: a doubtful answer must not look complete.
 *
 * @example Usage
 * ```ts
 * import { toStopReason } from "./stop_reason.ts";
 * import { strictEqual as equal } from "node:assert";
 *
 * equal(toStopReason("stop", { hasToolUse: true }), "tool_use");
 * ```
 *
 * @see {@link
 * https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons}
 */
export function toStopReason(
  finishReason: string,
  { hasToolUse }: { hasToolUse: boolean },
): StopReason {
  if (finishReason === "insufficient_system_resource") { // DeepSeek
    throw new ApiError("overloaded_error", "Upstream ran out of resources");
  }
  const reason = STOP_REASONS.get(finishReason);
  if (reason === undefined) {
    throw new ApiError(
      "api_error",
      `Upstream ended the answer with finish reason "${finishReason}"`,
      { status: 502 },
    );
  }
  if (reason === "end_turn" || reason === "tool_use") {
    return hasToolUse ? "tool_use" : "end_turn";
  }
  return reason;
}
