import type { Dialect } from "./dialect.ts";

/**
 * DeepSeek: thinking is on by default, is switched off with an object, and must
 * be sent back as `reasoning_content` on every assistant message, even if
 * empty.
 *
 * @see {@link https://api-docs.deepseek.com/guides/thinking_mode}
 */
export const deepseek: Dialect = {
  name: "deepseek",
  hosts: ["api.deepseek.com"],
  capabilities: () => ({
    images: false,
    jsonSchema: false,
    parallelToolCalls: false,
    laterSystem: "in place",
    reasoningField: "reasoning_content",
    reasoningRequired: true,
    thinkTag: null,
    thinkingOff: { thinking: { type: "disabled" } },
    forcedWhileThinking: false, // "Thinking mode does not support this tool_choice"
  }),
};
