import { isObject } from "./arguments.ts";

/**
 * Gemini's signature of a text, as it must be returned with the message;
 * `undefined` if there is none. The same field marks thoughts, which are not
 * sent back.
 *
 * @param extra A delta's `extra_content`: with the text, or alone after it.
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
