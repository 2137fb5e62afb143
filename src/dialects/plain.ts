import type { Dialect } from "./dialect.ts";

/** Chat Completions as every server speaks it; what else it takes is learned. */
export const plain: Dialect = {
  name: "plain",
  hosts: [],
  capabilities: () => ({ topK: true }),
};
