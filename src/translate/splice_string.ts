/**
 * Replaces one string inside JSON text; every other character stays unchanged.
 *
 * @param json Valid JSON.
 * @param path Keys from the outermost object down to the string.
 * @returns `json` itself if there is no string at that path.
 *
 * @example
 * ```ts
 * import { strictEqual as equal } from "node:assert";
 * import { spliceString } from "./splice_string.ts";
 *
 * const json = '{ "m": {"a": [{"m": 1.0}], "name": "x"} }';
 * equal(
 *   spliceString(json, ["m", "name"], "y"),
 *   '{ "m": {"a": [{"m": 1.0}], "name": "y"} }',
 * );
 * ```
 */
export function spliceString(
  json: string,
  path: readonly string[],
  value: string,
): string {
  const keys = path.map((key) => JSON.stringify(key));
  let depth = 0;
  let matched = 0; // how many of the keys match the current position
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      depth--;
      matched = Math.min(matched, depth);
    } else if (character === '"') {
      const end = endOfString(json, i);
      const isNext = depth === matched + 1 &&
        json.slice(i, end) === keys[matched];
      const start = isNext ? startOfValue(json, end) : -1;
      i = end - 1;
      if (start < 0) continue; // a value, or an irrelevant key
      const isLast = matched + 1 === keys.length;
      if (isLast && json[start] === '"') {
        const rest = json.slice(endOfString(json, start));
        return json.slice(0, start) + JSON.stringify(value) + rest;
      }
      if (!isLast && json[start] === "{") matched++;
    }
  }
  return json;
}

/** Index after a string's closing quote. */
function endOfString(json: string, start: number): number {
  for (let quote = start;;) {
    quote = json.indexOf('"', quote + 1);
    if (quote < 0) return json.length;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** Index of the value that follows a key; -1 if no colon follows. */
function startOfValue(json: string, end: number): number {
  const colon = /\s*:\s*/y;
  colon.lastIndex = end;
  return colon.test(json) ? colon.lastIndex : -1;
}
