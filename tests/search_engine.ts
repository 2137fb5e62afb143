/**
 * A search engine on loopback that answers as a test wants. Constructed from
 * the manuals of SearXNG and Brave.
 *
 * @module
 */

/** A search engine that listens; disposing of it closes it. */
export interface ServedEngine extends AsyncDisposable {
  /** Value for `SEARCH_URL`. */
  url: string;
  /** Its requests, oldest first. */
  asked: { query: string; parameters: URLSearchParams; headers: Headers }[];
}

/** Starts a search engine on 127.0.0.1. */
export function serveSearchEngine(
  answer: (query: string, request: Request) => Response | Promise<Response>,
): ServedEngine {
  const asked: ServedEngine["asked"] = [];
  const stop = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen() {},
  }, (request) => {
    const { searchParams } = new URL(request.url);
    const query = searchParams.get("q") ?? "";
    const headers = new Headers(request.headers);
    asked.push({ query, parameters: searchParams, headers });
    return answer(query, request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/search`,
    asked,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}

/** Two pages in SearXNG's format. */
export const DENO_PAGES = [
  {
    url: "https://deno.com/blog",
    title: "Deno blog",
    content: "Deno 3 is out",
    publishedDate: "2026-11-20T00:00:00",
    engine: "bing",
  },
  { url: "https://docs.deno.com/runtime", title: "Deno docs", content: "" },
];

/** SearXNG's answer. */
export function searxngAnswer(results: readonly unknown[]): Response {
  return Response.json({ query: "…", results, answers: [] });
}

/** Brave's answer. */
export function braveAnswer(results: readonly unknown[]): Response {
  return Response.json({ type: "search", web: { type: "search", results } });
}
