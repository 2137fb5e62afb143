import { EFFORTS } from "../openai/capabilities.ts";
import type { Dialect } from "./dialect.ts";

/**
 * OpenRouter: many makers' models behind one API, reasoning asked for with an
 * object and given back as `reasoning_details`.
 *
 * @see {@link https://openrouter.ai/docs/use-cases/reasoning-tokens}
 */
export const openrouter: Dialect = {
  name: "openrouter",
  hosts: ["openrouter.ai"],
  headers: { "x-title": "CCProxy" },
  capabilities: () => ({
    efforts: EFFORTS,
    textParts: true,
    pdfs: true,
    pdfUrls: true,
    topK: true,
    promptCacheKey: true,
    reasoningField: "reasoning_details",
    thinkingOn: { reasoning: { enabled: true } },
    webSearch: "plugin", // https://openrouter.ai/docs/guides/features/plugins/web-search
  }),
  request({ reasoning_effort, ...chat }) {
    if (reasoning_effort === undefined) return chat;
    return { ...chat, reasoning: { effort: reasoning_effort } };
  },
};
