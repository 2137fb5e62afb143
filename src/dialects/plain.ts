import type { Dialect } from "./dialect.ts";

/** Chat Completions as every server speaks it: vLLM, Ollama, llama.cpp, …. */
export const plain: Dialect = {
  name: "plain",
  hosts: [],
  capabilities: () => ({ topK: true }),
};
