import type { ChatChunk } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";
import { withReasoningCounted } from "./total_usage.ts";

/** Models that answer 400 to calls without a signature. */
const SIGNS = /gemini-(?!1|2)/;

/**
 * Gemini's OpenAI endpoint. Its calls carry signatures that must be sent back,
 * its thoughts come as tagged text on request, its schemas are a subset of JSON
 * Schema, and completion tokens exclude thoughts.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/openai}
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 */
export const gemini: Dialect = {
  name: "gemini",
  hosts: ["generativelanguage.googleapis.com"],
  capabilities: (model) => ({
    textParts: true,
    efforts: SIGNS.test(model)
      ? ["minimal", "low", "medium", "high"]
      : ["none", "low", "medium", "high"],
    thinkingOn: {
      extra_body: { google: { thinking_config: { include_thoughts: true } } },
    },
    thinkTag: "thought",
    schemas: "subset",
    callSignatures: SIGNS.test(model) ? "filled" : "kept",
    parallelToolCalls: false,
  }),
  chunks: () => (chunk): ChatChunk =>
    chunk.usage
      ? { ...chunk, usage: withReasoningCounted(chunk.usage) }
      : chunk,
};
