import type { Dialect } from "./dialect.ts";

/**
 * Ollama: no tool choice; reasoning as `reasoning`, both ways.
 *
 * @see {@link https://docs.ollama.com/api/openai-compatibility}
 */
export const ollama: Dialect = {
  name: "ollama",
  hosts: ["ollama.com"],
  capabilities: () => ({
    efforts: ["none", "low", "medium", "high"],
    toolChoice: "auto",
    parallelToolCalls: false,
    reasoningField: "reasoning",
  }),
};
