import { DIALECTS } from "../../src/dialects/registry.ts";
import { openai } from "../../src/dialects/openai.ts";
import { Place } from "./place.ts";

/** Each upstream's model that cases use by default. */
const MODELS: Readonly<Record<string, string>> = {
  azure: "gpt-5.6-sol",
  dashscope: "qwen3.7-plus",
  deepseek: "deepseek-v4-pro",
  gemini: "gemini-3-pro-preview",
  groq: "openai/gpt-oss-120b",
  "llama.cpp": "qwen3-coder",
  lmstudio: "qwen3-coder",
  mistral: "mistral-medium-latest",
  moonshot: "kimi-k2.6",
  ollama: "qwen3-coder",
  openai: "gpt-5.6-sol",
  openrouter: "openai/gpt-5.4",
  plain: "qwen3-coder",
  sglang: "Qwen/Qwen3-32B",
  vllm: "Qwen/Qwen3-Coder-Next",
  xai: "grok-4.7",
  zhipu: "glm-5",
};

/** Speaks the Messages API itself: nothing is translated for it, see C10. */
const PASSED = "anthropic";

/**
 * Every dialect by name, the plain one first; then OpenAI through its Responses
 * API.
 */
export const PLACES: readonly Place[] = [
  ...DIALECTS
    .filter(({ name }) => name !== PASSED)
    .map((dialect) => new Place(dialect, MODELS[dialect.name] ?? "some-model"))
    .toSorted((a, b) => rank(a).localeCompare(rank(b))),
  new Place(openai, "gpt-5.6-sol", "responses"),
];

function rank({ name }: Place): string {
  return name === "plain" ? "" : name;
}
