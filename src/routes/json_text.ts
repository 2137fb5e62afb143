/** Checks of JSON text that have to come before it is parsed. */

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c;
/** Braces; brackets are the same but for this bit. */
const OPENING = 0x7b, CLOSING = 0x7d, BRACE_BIT = 0x20;

/** What a JSON text may hold at most. */
export interface JsonBounds {
  /** Arrays and objects in each other. */
  maxDepth: number;
  /** Values in all, as commas and brackets tell. */
  maxValues: number;
}

/**
 * Which bound a text is beyond; `null`: none. Parsing millions of brackets takes
 * seconds and gigabytes, and writing them out again ends in a stack overflow.
 * Reads each character once, strings by their quotes alone.
 */
export function boundBroken(
  json: string,
  { maxDepth, maxValues }: JsonBounds,
): keyof JsonBounds | null {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfString(json, at);
    else if (code === COMMA) values++;
    else if ((code | BRACE_BIT) === CLOSING) depth--;
    else if ((code | BRACE_BIT) === OPENING) {
      values++;
      if (++depth > maxDepth) return "maxDepth";
    }
    if (values > maxValues) return "maxValues";
  }
  return null;
}

/** Where the string that begins at `start` ends: at a quote that is not escaped. */
function endOfString(json: string, start: number): number {
  let end = start;
  for (;;) {
    end = json.indexOf('"', end + 1);
    if (end < 0) return json.length;
    let first = end;
    while (json.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((end - first) % 2 === 0) return end;
  }
}

/** An escape; in the group if it is half of a character without its other half. */
const ESCAPE =
  /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(\\u[dD][89a-fA-F][\da-fA-F]{2})|\\./g;

/**
 * Puts U+FFFD in place of lone surrogates, which JSON can escape and UTF-8
 * cannot hold: Python servers answer them with a 500.
 */
export function withoutLoneSurrogates(json: string): string {
  if (!json.includes("\\ud") && !json.includes("\\uD")) return json;
  return json.replaceAll(
    ESCAPE,
    (escape, lone?: string) => lone === undefined ? escape : "\\ufffd",
  );
}
