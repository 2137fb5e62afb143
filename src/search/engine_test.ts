import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { Secret } from "../secret.ts";
import { createSearchEngine, type EngineConfig } from "./engine.ts";

const RULES = { maxUses: 8, allowed: [], blocked: [] };
const SEARXNG: EngineConfig = {
  kind: "searxng",
  url: "http://127.0.0.1:8888/search?language=de",
  key: null,
};

/** An engine that gets this answer, or this failure, and what it was asked. */
function engineThat(
  answer: () => Response,
  config: EngineConfig = SEARXNG,
) {
  const asked: { url: URL; init: RequestInit }[] = [];
  const failures: string[] = [];
  const engine = createSearchEngine(config, {
    fetch: (input, init = {}) => {
      asked.push({ url: new URL(String(input)), init });
      return Promise.try(answer);
    },
    onFailure: ({ reason }) => void failures.push(reason),
  });
  const { signal } = new AbortController();
  const search = (query: unknown, rules = {}) =>
    engine(query, { rules: { ...RULES, ...rules }, signal });
  return { engine, search, asked, failures };
}

function results(...results: unknown[]): () => Response {
  return () => Response.json({ results });
}

Deno.test("createSearchEngine() asks SearXNG for JSON and keeps what its URL says", async () => {
  const { search, asked } = engineThat(results());
  deepEqual(await search(" a & b "), { pages: [] });
  equal(asked[0]?.url.search, "?language=de&format=json&q=a+%26+b");
  equal(asked[0]?.init.redirect, "error");
});

Deno.test("createSearchEngine() sends Brave's key in its header alone", async () => {
  const key = new Secret("brave-secret");
  const url = "https://api.search.brave.com/res/v1/web/search";
  const { search, asked } = engineThat(
    () => Response.json({ type: "search" }), // nothing found: no `web`
    { kind: "brave", url, key },
  );
  deepEqual(await search("q"), { pages: [] });
  const headers = new Headers(asked[0]?.init.headers);
  equal(headers.get("x-subscription-token"), "brave-secret");
  equal(asked[0]?.url.href.includes("brave-secret"), false);
});

Deno.test("createSearchEngine() cuts long results short and skips what is no page", async () => {
  const long = "x".repeat(5_000);
  const page = { url: "https://a.example/", title: null, content: long };
  const { search } = engineThat(
    results("page", { title: "no url" }, ...Array(30).fill(page), {
      url: "ftp://b.example",
    }),
  );
  const { pages = [] } = await search("q");
  equal(pages.length, 10);
  deepEqual(pages[0], {
    url: "https://a.example/",
    title: "https://a.example/",
    text: long.slice(0, 1_000),
    age: null,
  });
});

Deno.test("createSearchEngine() leaves out blocked pages and those with endless addresses", async () => {
  const urls = [
    "https://a.example/",
    "https://b.example/",
    `https://c.example/${"x".repeat(9_000)}`,
  ];
  const { search } = engineThat(results(...urls.map((url) => ({ url }))));
  const { pages = [] } = await search("q", { blocked: ["b.example"] });
  deepEqual(pages.map(({ url }) => url), ["https://a.example/"]);
});

Deno.test("createSearchEngine() names the sites in the query while it has room", async () => {
  const { search, asked } = engineThat(results());
  await search("q", { allowed: ["a.example", "b.example"] });
  await search("q".repeat(395), { allowed: ["a.example"] });
  deepEqual(asked.map(({ url }) => url.searchParams.get("q")), [
    "q (site:a.example OR site:b.example)",
    "q".repeat(395),
  ]);
});

Deno.test("createSearchEngine() tells why a search failed, never what for", async () => {
  const cases: [() => Response, RegExp][] = [
    [() => new Response("", { status: 503 }), /^it answered with status 503$/],
    [() => new Response("x".repeat(3 * 1024 * 1024)), /^its answer is over/],
    [() => new Response("<html>"), /^its answer is no JSON$/],
    [() => Response.json([]), /^its answer has no list of pages$/],
    [() => {
      throw new DOMException("Signal timed out", "TimeoutError");
    }, /^it did not answer in 10 s$/],
    [() => {
      throw new TypeError("error sending request for url (…?q=private)");
    }, /^it cannot be reached$/],
  ];
  for (const [answer, reason] of cases) {
    const { search, failures } = engineThat(answer);
    deepEqual(await search("private"), { error: "unavailable" });
    equal(failures.length, 1);
    match(failures[0] ?? "", reason);
  }
});

Deno.test("createSearchEngine() does not complain of a client that leaves", async () => {
  const { engine, failures } = engineThat(() => {
    throw new DOMException("Aborted", "AbortError");
  });
  const signal = AbortSignal.abort();
  const outcome = await engine("q", { rules: RULES, signal });
  deepEqual(outcome, { error: "unavailable" });
  deepEqual(failures, []);
});
