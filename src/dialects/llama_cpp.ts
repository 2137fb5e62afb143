import type { Dialect } from "./dialect.ts";
import { isThinkPrefilled } from "./prefilled_think.ts";

/**
 * llama.cpp's server: a tool call can be forced, but not by name; whether a
 * model thinks is up to its chat template. Calls may come without ids.
 *
 * @see {@link
 * https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md}
 */
export const llamaCpp: Dialect = {
  name: "llama.cpp",
  hosts: [],
  capabilities: (model) => ({
    topK: true,
    toolChoice: "required",
    reasoningField: "reasoning_content",
    thinkTagPrefilled: isThinkPrefilled(model),
    thinkingOn: { chat_template_kwargs: { enable_thinking: true } },
    thinkingOff: { chat_template_kwargs: { enable_thinking: false } },
  }),
};
