import type { ChatClient } from "./client.ts";

/**
 * Takes the upstream's place when no output is wanted (`max_tokens: 0`, how
 * clients warm Anthropic's prompt cache): nothing is sent.
 *
 * @param inputTokens Estimate of the prompt, in tokens.
 */
export function prewarmed(inputTokens: number): ChatClient {
  const usage = { prompt_tokens: inputTokens, completion_tokens: 0 };
  const choice = { finish_reason: "length" };
  let isRead = false;
  return {
    ask: () => ({
      read() {
        const chunks = isRead ? null : [{ choices: [choice], usage }];
        isRead = true;
        return Promise.resolve(chunks);
      },
      get isEnded() {
        return isRead;
      },
      sawSentinel: true,
      cancel() {},
    }),
  };
}
