import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatMessage } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";

/** Models that always think, or never; to most of them the switch is a 400. */
const NOT_SWITCHED = /thinking|qwq|qvq|-r1|minimax|coder|instruct/i;

/** How hard they think is said in a word, too. */
const WITH_EFFORTS = /^qwen(?:3\.8|4)/;

/** The newest take what the others refuse. */
const NEWEST = /^qwen4/;

/**
 * Alibaba's Model Studio (DashScope) with Qwen and other makers' models: a field
 * of its own switches thinking, what was thought is read again only if that is
 * asked for, and so is more than one call at a time.
 *
 * @see {@link https://www.alibabacloud.com/help/en/model-studio/deep-thinking}
 * @see {@link https://www.alibabacloud.com/help/en/model-studio/qwen-function-calling}
 * @see {@link https://www.alibabacloud.com/help/en/model-studio/context-cache}
 * @see {@link https://www.alibabacloud.com/help/en/model-studio/error-code}
 * @see {@link https://github.com/QwenLM/qwen-code/pull/5637} preserve_thinking
 * @see {@link https://github.com/cloudwego/eino/issues/994} forced calls
 */
export const dashscope: Dialect = {
  name: "dashscope",
  hosts: [
    "dashscope.aliyuncs.com",
    "dashscope-intl.aliyuncs.com",
    "dashscope-us.aliyuncs.com",
    "coding.dashscope.aliyuncs.com",
    "coding-intl.dashscope.aliyuncs.com",
    ".maas.aliyuncs.com",
  ],
  capabilities: (model) => ({
    textParts: true,
    jsonSchema: NEWEST.test(model),
    reasoningField: "reasoning_content",
    thinkTag: null,
    forcedWhileThinking: NEWEST.test(model),
    cacheBreakpoints: breakpointsOf(model),
    efforts: WITH_EFFORTS.test(model)
      ? ["minimal", "low", "medium", "high", "xhigh", "max"]
      : [],
    ...(NOT_SWITCHED.test(model) ? {} : {
      thinkingOn: { enable_thinking: true },
      thinkingOff: { enable_thinking: false },
    }),
  }),
  request: (chat) => ({
    ...(chat.tools ? { parallel_tool_calls: true } : {}),
    ...chat,
    ...(chat.messages.some(hasReasoning) ? { preserve_thinking: true } : {}),
    stream: true, // many think in no other way, and some answer in none
    stream_options: { include_usage: true },
  }),
};

function hasReasoning(message: ChatMessage): boolean {
  return message.role === "assistant" && Boolean(message.reasoning_content);
}

function breakpointsOf(model: string): Capabilities["cacheBreakpoints"] {
  if (NEWEST.test(model)) return "timed";
  return model.startsWith("qwen") ? "untimed" : null;
}
