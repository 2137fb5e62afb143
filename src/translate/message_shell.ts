import type { Message } from "../anthropic/message.ts";
import type { AnswerContext } from "./answer_context.ts";
import { NO_USAGE } from "./usage.ts";

/** A message without content, as in `message_start`. */
export function messageShell(
  { messageId, model, inputTokens }: Pick<
    AnswerContext,
    "messageId" | "model" | "inputTokens"
  >,
): Message {
  return {
    id: messageId,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      ...NO_USAGE,
      input_tokens: inputTokens,
      cache_creation: {
        ephemeral_5m_input_tokens: 0,
        ephemeral_1h_input_tokens: 0,
      },
      service_tier: "standard",
      inference_geo: null,
      speed: "standard",
    },
  };
}
