/**
 * A token estimate without a tokenizer, for places where a client waits. Pure.
 *
 * @module
 */

const MAX_SAMPLES = 512;

/** Kinds of characters; U+0080–U+07FF are other letters: accents, Greek, Cyrillic … */
const SMALL_LETTER = 0,
  CAPITAL = 1,
  DIGIT = 2,
  SPACE = 3,
  SIGN = 4,
  OTHER_LETTER = 5,
  IDEOGRAPH = 6; // Chinese, Japanese, Korean, each half of an emoji …

// What a character adds to the estimate, in tokens. Fitted to the samples named
// below: a token is about a word of small letters or a run of signs, and takes
// in the space before it.

/** Where a run of its kind begins. */
const FIRST = Float64Array.of(0.85, 1, 0.7, 0.04, 0.95, 0.3, 0.72);
/** Where it goes on. */
const NEXT = Float64Array.of(0.04, 0.25, 0.7, 0.02, 0.08, 0.3, 0.72);

/**
 * Estimates how many tokens a text is from the runs of characters it has.
 *
 * Takes constant time: of a text longer than 512 characters, 512 at even
 * distances stand for all. Zero only for the empty text, and never more than
 * one token per character.
 *
 * Errors measured against the exact o200k_base counts of 4–180 KB samples, in
 * per cent: English prose 3 to 9, Markdown 0 to 7, TypeScript −10 to 6, Python
 * 4, JSON −6, tool schemas 10, Spanish 6, Russian 7, Chinese 0, Japanese 0,
 * Korean 4, base64 −8, a folder listing −16. Sampling adds ±5 to a long text,
 * which evens out: 2 over 150 texts of 3 KB together. A long run of one small
 * letter is estimated at a third of its tokens.
 *
 * @example
 * ```ts
 * import { estimateTokens } from "./estimate.ts";
 * import { strictEqual as equal } from "node:assert";
 *
 * equal(estimateTokens("The proxy counts tokens."), 7);
 * ```
 */
export function estimateTokens(text: string): number {
  return estimate([text], MAX_SAMPLES);
}

/** Samples for a whole prompt: enough for ±1.5 per cent, taken in 0.05 ms. */
const MAX_SAMPLES_IN_ALL = 4_096;

/**
 * Estimates many texts together. One walk takes samples at even distances over
 * all of them, so that a conversation of a thousand blocks costs no more than
 * one text.
 */
export function estimateTexts(texts: readonly string[]): number {
  return estimate(texts, MAX_SAMPLES_IN_ALL);
}

function estimate(texts: readonly string[], maxSamples: number): number {
  let chars = 0;
  for (const text of texts) chars += text.length;
  const distance = Math.max(1, chars / maxSamples);
  let tokens = 0;
  let next = 0; // where in the text the next sample lies, or beyond it
  for (const text of texts) {
    for (; next < text.length; next += distance) {
      const at = Math.floor(next);
      const kind = kindOf(text.charCodeAt(at));
      const isFirst = at === 0 || kindOf(text.charCodeAt(at - 1)) !== kind;
      tokens += (isFirst ? FIRST[kind] : NEXT[kind]) ?? 0;
    }
    next -= text.length;
  }
  return Math.ceil(tokens * distance);
}

/** Kinds of the characters below U+0080: a look-up is the quickest way. */
const ASCII = Uint8Array.from({ length: 0x80 }, (_, charCode) => {
  const character = String.fromCharCode(charCode);
  if (charCode <= 0x20) return SPACE;
  if (/[a-z]/.test(character)) return SMALL_LETTER;
  if (/[A-Z]/.test(character)) return CAPITAL;
  return /[0-9]/.test(character) ? DIGIT : SIGN;
});

function kindOf(charCode: number): number {
  if (charCode >= 0x800) return IDEOGRAPH;
  return ASCII[charCode] ?? OTHER_LETTER;
}
