import type { Dialect } from "./dialect.ts";
import { isThinkPrefilled } from "./prefilled_think.ts";

/**
 * LM Studio: a tool call can be forced, but not by name.
 *
 * @see {@link https://lmstudio.ai/docs/developer/openai-compat}
 */
export const lmstudio: Dialect = {
  name: "lmstudio",
  hosts: [],
  capabilities: (model) => ({
    topK: true,
    toolChoice: "required",
    efforts: ["none", "low", "medium", "high", "xhigh"],
    reasoningField: "reasoning_content",
    thinkTagPrefilled: isThinkPrefilled(model),
  }),
};
