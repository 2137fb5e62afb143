/**
 * Texts of the kinds found in prompts, and OpenAI's own counts.
 *
 * @module
 */
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import type { Encoding } from "../src/tokens/encoding.ts";

const FOLDER = new URL("./fixtures/tokens/", import.meta.url);

const FILES = ["prose.txt", "code.txt", "data.json", "cjk.txt", "base64.txt"];

/** The texts of the corpus by the names of their files. */
export async function readCorpus(): Promise<Map<string, string>> {
  const texts = FILES.map((name) => Deno.readTextFile(new URL(name, FOLDER)));
  const read = await Promise.all(texts);
  return new Map(FILES.map((name, i) => [name, read[i] ?? ""]));
}

/** Creates the exact counter for an encoding, by js-tiktoken. */
export function exactCounter(encoding: Encoding): (text: string) => number {
  const tiktoken = new Tiktoken(encoding === "o200k_base" ? o200k : cl100k);
  return (text) => tiktoken.encode(text, [], []).length;
}
