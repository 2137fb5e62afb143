import type { Effort } from "../openai/capabilities.ts";
import type { Dialect } from "./dialect.ts";

/** OpenAI's reasoning models; the chat-tuned ones do not reason. */
const REASONING = /^(o\d|gpt-[5-9])(?!.*-chat)/;
/** Those that refuse function tools while reasoning, on this endpoint. */
const REFUSES_TOOLS = /^gpt-(5\.[4-9]|[6-9])/;

/** Those that can keep a prompt cached for a day. */
const KEEPS_CACHE = /^gpt-(4\.1|5(\.[1-5])?)(?!\.|-mini|-nano)/;

/** Efforts of reasoning models that are not in the catalogue. */
const OLDER: readonly Effort[] = ["low", "medium", "high"];
const NEWER: readonly Effort[] = ["none", ...OLDER, "xhigh"];

/**
 * OpenAI's own host. Its reasoning models use the developer role and
 * `max_completion_tokens` and refuse sampling parameters; from GPT-5.4 on they
 * refuse function tools while reasoning in Chat Completions, but not in the
 * Responses API.
 *
 * @see {@link https://platform.openai.com/docs/guides/reasoning}
 * @see {@link https://developers.openai.com/api/docs/guides/prompt-caching}
 */
export const openai: Dialect = {
  name: "openai",
  hosts: ["api.openai.com"],
  capabilities: (model) => ({
    maxTokensField: "max_completion_tokens",
    laterSystem: "in place",
    textParts: true,
    schemas: "flat",
    thinkTag: null,
    pdfs: true,
    strictTools: true,
    promptCacheKey: true,
    cacheRetention: KEEPS_CACHE.test(model),
    safetyIdentifier: true,
    serviceTier: true,
    ...(REASONING.test(model)
      ? {
        systemRole: "developer",
        sampling: false,
        efforts: REFUSES_TOOLS.test(model) ? NEWER : OLDER,
        toolsWithReasoning: !REFUSES_TOOLS.test(model),
      }
      : {}),
  }),
  responses: (model) => ({
    pdfUrls: true,
    webSearch: "tool",
    encryptedReasoning: REASONING.test(model),
    reasoningSummaries: REASONING.test(model),
  }),
};
