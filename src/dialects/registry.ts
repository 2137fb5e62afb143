import { anthropic } from "./anthropic.ts";
import { azure } from "./azure.ts";
import { dashscope } from "./dashscope.ts";
import { deepseek } from "./deepseek.ts";
import type { Dialect } from "./dialect.ts";
import { gemini } from "./gemini.ts";
import { groq } from "./groq.ts";
import { llamaCpp } from "./llama_cpp.ts";
import { lmstudio } from "./lmstudio.ts";
import { mistral } from "./mistral.ts";
import { moonshot } from "./moonshot.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { plain } from "./plain.ts";
import { sglang } from "./sglang.ts";
import { vllm } from "./vllm.ts";
import { xai } from "./xai.ts";
import { zhipu } from "./zhipu.ts";

/** All dialects; to add one, add a file and a row here. */
export const DIALECTS: readonly Dialect[] = [
  openai,
  azure,
  openrouter,
  deepseek,
  xai,
  gemini,
  groq,
  mistral,
  moonshot,
  zhipu,
  dashscope,
  ollama,
  vllm,
  sglang,
  lmstudio,
  llamaCpp,
  anthropic,
  plain,
];

/** Finds a dialect by name; `undefined` if there is none. */
export function dialectNamed(name: string | undefined): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect.name === name);
}

/** Finds the dialect for a host; the plain one if it is unknown. */
export function dialectOf(host: string): Dialect {
  const speaks = (known: string) =>
    known.startsWith(".") ? host.endsWith(known) : host === known;
  return DIALECTS.find(({ hosts }) => hosts.some(speaks)) ?? plain;
}
