import type { SearchRules } from "./web_search.ts";

/**
 * Whether a page may be shown. A rule is a domain, which includes its
 * subdomains, or a domain with a path prefix; a scheme before it is ignored.
 * Only web pages are allowed.
 *
 * @example Usage
 * ```ts
 * import { isAllowed } from "./domain_rules.ts";
 * import { strictEqual as equal } from "node:assert";
 *
 * const rules = { allowed: ["example.com/docs"], blocked: [] };
 * equal(isAllowed("https://www.example.com/docs/a", rules), true);
 * equal(isAllowed("https://example.com/blog", rules), false);
 * ```
 */
export function isAllowed(
  url: string,
  { allowed, blocked }: Pick<SearchRules, "allowed" | "blocked">,
): boolean {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return false;
  const page = new URL(url);
  const isAmong = (rules: readonly string[]) =>
    rules.some((rule) => matches(page, rule));
  return (allowed.length === 0 || isAmong(allowed)) && !isAmong(blocked);
}

function matches({ hostname, pathname }: URL, rule: string): boolean {
  const [domain = "", ...path] = rule.toLowerCase()
    .replace(/^https?:\/\//, "").split("/");
  const isDomain = hostname === domain || hostname.endsWith(`.${domain}`);
  const start = path.join("/").replace(/\/+$/, "");
  const at = pathname.toLowerCase();
  return isDomain &&
    (start === "" || at === `/${start}` || at.startsWith(`/${start}/`));
}
