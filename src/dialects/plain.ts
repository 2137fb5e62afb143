import type { Dialect } from "./dialect.ts";
import { isThinkPrefilled } from "./prefilled_think.ts";

/** Chat Completions as every server speaks it; the rest is learned. */
export const plain: Dialect = {
  name: "plain",
  hosts: [],
  capabilities: (model) => ({
    topK: true,
    thinkTagPrefilled: isThinkPrefilled(model),
  }),
};
