import { isObject } from "./arguments.ts";

/**
 * Gemini's signature of a text, as it wants it back on the message; `undefined`
 * where there is none. The same field marks thoughts, which is not to be sent.
 *
 * @param extra `extra_content` of a delta: with the text, or behind it alone.
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 */
export function textSignature(extra: unknown): unknown {
  if (!isObject(extra)) return undefined;
  for (const [vendor, given] of Object.entries(extra)) { // google, or vertex
    if (!isObject(given)) continue;
    const { thought_signature } = given;
    if (typeof thought_signature === "string") {
      return { [vendor]: { thought_signature } };
    }
  }
  return undefined;
}
