import type { ChatUsage } from "../openai/chat.ts";

/**
 * Counts reasoning as part of the answer, as OpenAI does, if the upstream
 * counts it apart: its total then exceeds prompt and completion together.
 */
export function withReasoningCounted(usage: ChatUsage): ChatUsage {
  const { total_tokens, completion_tokens_details } = usage;
  const prompt = usage.prompt_tokens ?? 0;
  const completion = usage.completion_tokens ?? 0;
  const reasoning = completion_tokens_details?.reasoning_tokens ?? 0;
  const whole = total_tokens
    ? Math.max(completion, total_tokens - prompt)
    : completion + reasoning;
  return {
    ...usage,
    completion_tokens: whole,
    completion_tokens_details: {
      ...completion_tokens_details,
      reasoning_tokens: reasoning || whole - completion,
    },
  };
}
