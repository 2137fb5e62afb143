import type { Dialect } from "./dialect.ts";
import { openai } from "./openai.ts";

/**
 * OpenAI's models at Azure: the key goes in a header of its own, `model` names
 * a deployment. It refuses fields OpenAI added recently.
 *
 * @see {@link https://learn.microsoft.com/azure/ai-foundry/openai/reference}
 */
export const azure: Dialect = {
  name: "azure",
  hosts: [
    ".openai.azure.com",
    ".cognitiveservices.azure.com",
    ".services.ai.azure.com",
  ],
  chatKeyHeader: "api-key",
  capabilities: (model) => ({
    ...openai.capabilities?.(model),
    cacheRetention: false,
    safetyIdentifier: false,
    serviceTier: false,
    pdfs: false,
  }),
  responses: (model) => ({
    ...openai.responses?.(model),
    pdfs: true,
    pdfUrls: false,
    webSearch: null,
  }),
};
