/**
 * Whether a name matches a pattern in which `*` stands for any number of
 * characters, including none. Case is ignored. Names come from clients and may
 * be long: each part of the pattern is searched for once, where a regular
 * expression would backtrack over all combinations.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const last = rest.pop();
  const text = name.toLowerCase();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}
