/**
 * The URL of an upstream's endpoint. The path is inserted before a query:
 * Azure's base URLs have their version there.
 *
 * @param path Begins with a slash.
 */
export function endpointOf(baseUrl: string, path: string): string {
  const [base = "", query] = baseUrl.split("?", 2);
  const endpoint = `${base.replace(/\/$/, "")}${path}`;
  return query === undefined ? endpoint : `${endpoint}?${query}`;
}
