/** An HTTP method, or `_OTHER`: clients may send any word. */
export function methodName(method: string): string {
  return /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH)$/.test(method)
    ? method
    : "_OTHER";
}
