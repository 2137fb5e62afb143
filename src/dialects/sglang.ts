import type { Dialect } from "./dialect.ts";
import { isThinkPrefilled } from "./prefilled_think.ts";

/**
 * SGLang: reasoning as `reasoning_content`, both ways; whether a model thinks
 * is up to its chat template, which uses one of two names for the switch. The
 * conversation may end with the answer's beginning.
 *
 * @see {@link https://docs.sglang.io/docs/advanced_features/separate_reasoning}
 * @see {@link
 * https://github.com/sgl-project/sglang/blob/main/python/sglang/srt/entrypoints/openai/protocol.py}
 */
export const sglang: Dialect = {
  name: "sglang",
  hosts: [],
  capabilities: (model) => ({
    topK: true,
    reasoningField: "reasoning_content",
    prefill: true,
    thinkTagPrefilled: isThinkPrefilled(model),
    ...(/gpt-oss/i.test(model)
      ? { efforts: ["low", "medium", "high"] }
      : { thinkingOn: switched(true), thinkingOff: switched(false) }),
  }),
  request: (chat) =>
    chat.messages.at(-1)?.role === "assistant"
      ? { ...chat, continue_final_message: true }
      : chat,
};

function switched(thinks: boolean) {
  return {
    chat_template_kwargs: { thinking: thinks, enable_thinking: thinks },
  };
}
