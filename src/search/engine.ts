/**
 * A search engine of our own: returns pages or the reason why there are none,
 * never throws.
 *
 * @module
 */
import { isAllowed } from "../translate/domain_rules.ts";
import type { SearchRules } from "../translate/web_search.ts";
import type {
  FoundPage,
  SearchOutcome,
} from "../translate/web_search_blocks.ts";
import type { Secret } from "../secret.ts";
import { brave } from "./brave.ts";
import { readJson, SearchFailure } from "./read_json.ts";
import { searxng } from "./searxng.ts";

/** How to query one kind of search engine, and how to read its answer. */
export interface EngineKind {
  /** Added to the query string besides `q`. */
  parameters: Readonly<Record<string, string>>;
  headers(key: Secret | null): Record<string, string>;
  /** @returns `null` for an answer without a list of pages. */
  parse(json: unknown): FoundPage[] | null;
}

/** Search engines that can be configured. */
export const ENGINES = { brave, searxng } as const satisfies Record<
  string,
  EngineKind
>;

/** Which engine to use, and its URL. */
export interface EngineConfig {
  kind: keyof typeof ENGINES;
  /** Base URL; the query is added to it. */
  url: string;
  key: Secret | null;
}

/** The outside world, as the engine uses it. */
export interface EngineDeps {
  fetch: typeof fetch;
  /** Called with the reason a search failed; never with its query. */
  onFailure: (failure: { engine: string; reason: string }) => void;
}

/** Searches once. Ends early, as `unavailable`, when the signal aborts. */
export type SearchEngine = (
  query: unknown,
  options: { rules: SearchRules; signal: AbortSignal },
) => Promise<SearchOutcome>;

/** How long a search may take, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** Longest query, in characters: Brave refuses longer ones. */
const MAX_QUERY = 400;
/** Limits on a search's pages, and on the text of each, in characters. */
const MAX_PAGES = 10, MAX_URL = 2_000, MAX_TITLE = 300, MAX_TEXT = 1_000;

/** Creates a {@linkcode SearchEngine}. */
export function createSearchEngine(
  { kind, url, key }: EngineConfig,
  { fetch, onFailure }: EngineDeps,
): SearchEngine {
  const { parameters, headers, parse } = ENGINES[kind];

  async function find(
    query: string,
    signal: AbortSignal,
  ): Promise<FoundPage[]> {
    const asked = new URL(url);
    for (const [name, value] of Object.entries({ ...parameters, q: query })) {
      asked.searchParams.set(name, value);
    }
    const response = await fetch(asked, {
      headers: { accept: "application/json", ...headers(key) },
      redirect: "error", // would send the key elsewhere
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const pages = parse(await readJson(response));
    if (!pages) throw new SearchFailure("its answer has no list of pages");
    return pages;
  }

  return async (asked, { rules, signal }) => {
    const query = typeof asked === "string" ? asked.trim() : "";
    if (query === "") return { error: "invalid_tool_input" };
    if (query.length > MAX_QUERY) return { error: "query_too_long" };
    try {
      const pages = await find(withSites(query, rules), signal);
      const allowed = pages.filter(({ url }) =>
        url.length <= MAX_URL && isAllowed(url, rules)
      );
      return { pages: allowed.slice(0, MAX_PAGES).map(shortened) };
    } catch (thrown) {
      if (!signal.aborted) onFailure({ engine: kind, reason: why(thrown) });
      const isBusy = thrown instanceof SearchFailure && thrown.status === 429;
      return { error: isBusy ? "too_many_requests" : "unavailable" };
    }
  };
}

/** In our words: those of `fetch` include the URL with the query. */
function why(thrown: unknown): string {
  if (thrown instanceof SearchFailure) return thrown.message;
  const isTimeout = thrown instanceof Error && thrown.name === "TimeoutError";
  return isTimeout
    ? `it did not answer in ${TIMEOUT_MS / 1000} s`
    : "it cannot be reached";
}

/** Restricts a query to certain domains, in every search engine's syntax. */
function withSites(query: string, { allowed }: SearchRules): string {
  if (allowed.length === 0) return query;
  const sites = allowed.map((domain) => `site:${domain}`).join(" OR ");
  const whole = `${query} (${sites})`;
  return whole.length <= MAX_QUERY ? whole : query;
}

function shortened({ url, title, text, age }: FoundPage): FoundPage {
  return {
    url,
    title: (title || url).slice(0, MAX_TITLE),
    text: text.slice(0, MAX_TEXT),
    age,
  };
}
