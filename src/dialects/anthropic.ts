import type { Dialect } from "./dialect.ts";

/**
 * Anthropic itself, whose Messages API is passed through. It checks the
 * signature of all thinking it gets, and its manual wants keys as `x-api-key`;
 * all others get a bearer token, which the many servers that imitate it
 * certainly accept, as OpenAI's clients send it. Never both: a key is sent only
 * in the header where its server expects it.
 *
 * @see {@link https://platform.claude.com/docs/en/api/overview}
 */
export const anthropic: Dialect = {
  name: "anthropic",
  hosts: [".anthropic.com"],
  messagesKeyHeader: "x-api-key",
  capabilities: () => ({ signedThinking: true }),
};
