import type { Dialect } from "./dialect.ts";

/**
 * Anthropic itself, whose Messages API is passed through. It checks the
 * signature of all thinking it is sent, and its manual wants keys as
 * `x-api-key`; the many servers that imitate it are sure to know the bearer
 * tokens of OpenAI's clients, so that is what all others get. Never both: a key
 * belongs where its server looks for it, and nowhere else.
 *
 * @see {@link https://platform.claude.com/docs/en/api/overview}
 */
export const anthropic: Dialect = {
  name: "anthropic",
  hosts: [".anthropic.com"],
  messagesKeyHeader: "x-api-key",
  capabilities: () => ({ signedThinking: true }),
};
