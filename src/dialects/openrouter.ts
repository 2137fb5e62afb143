import { type Capabilities, EFFORTS } from "../openai/capabilities.ts";
import type { Dialect } from "./dialect.ts";

/**
 * OpenRouter: many makers' models behind one API, reasoning requested with an
 * object and returned as `reasoning_details`.
 *
 * @see {@link https://openrouter.ai/docs/use-cases/reasoning-tokens}
 */
export const openrouter: Dialect = {
  name: "openrouter",
  hosts: ["openrouter.ai"],
  headers: { "x-title": "CCProxy" },
  capabilities: (model) => ({
    efforts: EFFORTS,
    textParts: true,
    pdfs: true,
    pdfUrls: true,
    topK: true,
    promptCacheKey: true,
    cacheBreakpoints: breakpointsOf(model),
    reasoningField: "reasoning_details",
    thinkingOn: { reasoning: { enabled: true } },
    webSearch: "plugin", // https://openrouter.ai/docs/guides/features/plugins/web-search
  }),
  request({ reasoning_effort, ...chat }) {
    if (reasoning_effort === undefined) return chat;
    return { ...chat, reasoning: { effort: reasoning_effort } };
  },
};

/**
 * Most makers decide themselves what to cache. Anthropic and Alibaba cache up
 * to breakpoints; for Gemini only the last one counts, and each cache is
 * written whole, so that one moving with every turn would cost more than it
 * saves.
 *
 * @see {@link https://openrouter.ai/docs/guides/best-practices/prompt-caching}
 */
function breakpointsOf(model: string): Capabilities["cacheBreakpoints"] {
  if (/^~?anthropic\//.test(model)) return "timed";
  if (model.startsWith("qwen/")) return "untimed";
  return model.startsWith("google/gemini-") ? "system" : null;
}
