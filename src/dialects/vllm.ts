import type { Dialect } from "./dialect.ts";
import { isThinkPrefilled } from "./prefilled_think.ts";

/**
 * vLLM: reasoning as `reasoning`, both ways; whether a model thinks is up to
 * its chat template. The conversation may end with the answer's beginning.
 *
 * @see {@link
 * https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html}
 * @see {@link https://docs.vllm.ai/en/latest/features/reasoning_outputs.html}
 */
export const vllm: Dialect = {
  name: "vllm",
  hosts: [],
  capabilities: (model) => ({
    topK: true,
    reasoningField: "reasoning",
    prefill: true,
    thinkTagPrefilled: isThinkPrefilled(model),
    ...(/gpt-oss/i.test(model)
      ? { efforts: ["low", "medium", "high"] }
      : switching(/deepseek/i.test(model) ? "thinking" : "enable_thinking")),
  }),
  request(chat) {
    if (chat.messages.at(-1)?.role !== "assistant") return chat;
    return {
      ...chat,
      add_generation_prompt: false,
      continue_final_message: true,
    };
  },
};

/** Templates use one of two names for the switch. */
function switching(name: string) {
  return {
    thinkingOn: { chat_template_kwargs: { [name]: true } },
    thinkingOff: { chat_template_kwargs: { [name]: false } },
  };
}
