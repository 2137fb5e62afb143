import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatMessage } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";

/** Models that always think, or never; most answer the switch with a 400. */
const NOT_SWITCHED = /thinking|qwq|qvq|-r1|minimax|coder|instruct/i;

/** These have an effort parameter, too. */
const WITH_EFFORTS = /^qwen(?:3\.8|4)/;

/** The newest accept what the others refuse. */
const NEWEST = /^qwen4/;

/**
 * Alibaba's Model Studio (DashScope) with Qwen and other makers' models:
 * thinking has its own switch; reading earlier reasoning and making more than
 * one call at a time must be requested.
 *
 * @see {@link https://www.alibabacloud.com/help/en/model-studio/deep-thinking}
 * @see {@link
 * https://www.alibabacloud.com/help/en/model-studio/qwen-function-calling}
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
    stream: true, // many think only when streaming, and some answer only then
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
