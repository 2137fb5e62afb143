import { z } from "zod";
import type { Capabilities } from "../openai/capabilities.ts";
import { ChatChunk } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";

/** A stream's usage is in its last choice. */
const WithUsage = z.looseObject({
  choices: z.array(z.looseObject({ usage: ChatChunk.shape.usage })),
});

const THINKING: Partial<Capabilities> = {
  sampling: false,
  reasoningField: "reasoning_content",
  reasoningRequired: true,
  forcedWhileThinking: false,
  thinkTag: null,
};

/**
 * Kimi: sampling is fixed, calls are numbered, and the reasoning behind every
 * call must be sent back. K3 has efforts and always thinks, as K2.7 does;
 * thinking can be switched off in earlier models.
 *
 * @see {@link
 * https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model}
 */
export const moonshot: Dialect = {
  name: "moonshot",
  hosts: ["api.moonshot.ai", "api.moonshot.cn", "api.kimi.com"],
  capabilities: (model) => ({
    maxTokensField: "max_completion_tokens",
    callIds: "numbered",
    parallelToolCalls: false,
    ...(model.startsWith("moonshot-v1") ? {} : THINKING),
    ...(/kimi-k3/.test(model) ? { efforts: ["low", "high", "max"] } : {}),
    ...(/kimi-k2\.[56]/.test(model)
      ? { thinkingOff: { thinking: { type: "disabled" } } }
      : {}),
  }),
  chunks: () => (chunk) => {
    const isLast = chunk.choices?.some((choice) => choice.finish_reason);
    if (chunk.usage || !isLast) return chunk;
    const own = WithUsage.safeParse(chunk).data?.choices.at(-1)?.usage;
    return own ? { ...chunk, usage: own } : chunk;
  },
};
