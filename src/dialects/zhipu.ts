import type { Dialect } from "./dialect.ts";

/**
 * Z.ai's GLM: thinking is switched with an object, reasoning is
 * `reasoning_content`, both ways, and arguments are streamed only on request.
 *
 * @see {@link https://docs.z.ai/guides/capabilities/thinking-mode}
 * @see {@link https://docs.z.ai/guides/capabilities/stream-tool}
 */
export const zhipu: Dialect = {
  name: "zhipu",
  hosts: ["api.z.ai", "open.bigmodel.cn"],
  capabilities: () => ({
    toolChoice: "auto",
    parallelToolCalls: false,
    jsonSchema: false,
    reasoningField: "reasoning_content",
    thinkTag: null,
    thinkingOn: { thinking: { type: "enabled", clear_thinking: false } },
    thinkingOff: { thinking: { type: "disabled" } },
  }),
  request: (chat) =>
    chat.stream && chat.tools ? { ...chat, tool_stream: true } : chat,
};
