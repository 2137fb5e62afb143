/**
 * Which tokenizer a model has.
 *
 * @module
 */

/** Available tokenizers, by OpenAI's names. */
export const ENCODINGS = ["o200k_base", "cl100k_base"] as const;

/** One of them. */
export type Encoding = (typeof ENCODINGS)[number];

/** The tokenizer to count a model's tokens with. */
export interface ModelEncoding {
  encoding: Encoding;
  /** False if the model's own is unknown and this one is used in its place. */
  isOwn: boolean;
}

const CL100K = /^(?:gpt-3\.5|gpt-35|gpt-4(?![.o\d])|text-embedding-)/;
const O200K = /^(?:gpt-4[.o]|gpt-[5-9]|gpt-oss|chatgpt-|codex-|o[1-9](?:-|$))/;

/**
 * Finds a model's tokenizer by its name, which may have a vendor's prefix
 * (`openai/`) and that of a fine-tune (`ft:`). `gpt-oss` has the same base.
 *
 * @see {@link https://github.com/openai/tiktoken/blob/main/tiktoken/model.py}
 */
export function encodingOf(model: string): ModelEncoding {
  const name = model.slice(model.lastIndexOf("/") + 1).replace(/^ft:/, "");
  if (CL100K.test(name)) return { encoding: "cl100k_base", isOwn: true };
  return { encoding: "o200k_base", isOwn: O200K.test(name) };
}
