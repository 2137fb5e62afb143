import type { ChatChunk } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";
import { withReasoningCounted } from "./total_usage.ts";

/** Models that answer calls without a signature with a 400. */
const SIGNS = /gemini-(?!1|2)/;

/**
 * Gemini's OpenAI endpoint. Its calls carry signatures that have to come back
 * with them, its thoughts come as tagged text when they are asked for, its
 * schemas are a part of JSON Schema, and completion tokens leave thoughts out.
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
