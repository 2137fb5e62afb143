import { z } from "zod";
import { ChatChunk } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";

/** A stream's usage is in a field of Groq's own. */
const WithUsage = z.looseObject({
  x_groq: z.looseObject({ usage: ChatChunk.shape.usage }),
});

/** Models that think in tags; thinking can be switched off in the first. */
const TAGGED = /qwen3|qwq|deepseek-r1/;

/**
 * Groq: open models; reasoning as `reasoning`, if requested separately from the
 * text (required with tools); usage of streams in `x_groq`.
 *
 * @see {@link https://console.groq.com/docs/reasoning}
 */
export const groq: Dialect = {
  name: "groq",
  hosts: ["api.groq.com"],
  capabilities: (model) => ({
    schemas: "subset",
    efforts: model.includes("gpt-oss") ? ["low", "medium", "high"] : [],
    thinkingOff: model.includes("qwen3") ? { reasoning_effort: "none" } : null,
  }),
  request: (chat) =>
    TAGGED.test(chat.model) ? { ...chat, reasoning_format: "parsed" } : chat,
  chunks: () => (chunk) => {
    if (chunk.usage || !("x_groq" in chunk)) return chunk;
    const own = WithUsage.safeParse(chunk).data?.x_groq.usage;
    return own ? { ...chunk, usage: own } : chunk;
  },
};
