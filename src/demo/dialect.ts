import type { Dialect } from "../dialects/dialect.ts";
import { EFFORTS } from "../openai/capabilities.ts";

/** How the embedded upstream differs from plain Chat Completions. */
export const demo: Dialect = {
  name: "demo",
  hosts: [],
  capabilities: () => ({
    efforts: EFFORTS,
    textParts: true,
    pdfs: true,
    reasoningField: "reasoning_content",
  }),
};
