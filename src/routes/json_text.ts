/** Checks on JSON text that must happen before parsing. */

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c;
/** Braces; brackets differ from them in this bit only. */
const OPENING = 0x7b, CLOSING = 0x7d, BRACE_BIT = 0x20;

/** Upper bounds on a JSON text. */
export interface JsonBounds {
  /** Nesting of arrays and objects. */
  maxDepth: number;
  /** Values in total, judged by commas and brackets. */
  maxValues: number;
}

/**
 * Which bound a text exceeds; `null`: none. Parsing millions of brackets takes
 * seconds and gigabytes, and serializing them again overflows the stack. Reads
 * each character once, and strings only for their quotes.
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

/** Where the string beginning at `start` ends: at the next unescaped quote. */
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

/** An escape; captured if it is a lone surrogate. */
const ESCAPE =
  /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(\\u[dD][89a-fA-F][\da-fA-F]{2})|\\./g;

/**
 * Replaces lone surrogates with U+FFFD; JSON can escape them, but UTF-8 cannot
 * encode them, and Python servers answer them with a 500.
 */
export function withoutLoneSurrogates(json: string): string {
  if (!json.includes("\\ud") && !json.includes("\\uD")) return json;
  return json.replaceAll(
    ESCAPE,
    (escape, lone?: string) => lone === undefined ? escape : "\\ufffd",
  );
}
