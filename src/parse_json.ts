/** Parses JSON; `undefined` for anything else. For untrusted text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
