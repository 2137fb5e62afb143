import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import {
  citationChunk,
  finishChunk,
  searchChunk,
  textChunk,
  usageChunk,
} from "../../src/demo/chunks.ts";
import type { Exchange } from "../../src/demo/exchange.ts";
import { chunks } from "../../src/demo/replies.ts";
import {
  DENO_PAGES,
  searxngAnswer,
  serveSearchEngine,
} from "../search_engine.ts";
import { blocksOf, type ClientEvent } from "./client_event.ts";
import { callReply, textReply, USAGE } from "./replies.ts";
import { setStage } from "./stage.ts";

const QUERY = "newest version of Deno";

/** Whether the client's WebSearch is asking, in a request of its own. */
function isNested({ body }: Exchange): boolean {
  return /Perform a web search for the query/.test(JSON.stringify(body));
}

function hasAnswer({ body }: Exchange): boolean {
  return body.messages.some(({ role }) => role === "tool");
}

/** A model that loads WebSearch, searches once, and answers. */
function searching(exchange: Exchange) {
  if (isNested(exchange)) {
    return hasAnswer(exchange)
      ? textReply("Deno 3 is the newest.")
      : callReply("web_search", { query: QUERY });
  }
  if (exchange.number === 1) {
    return callReply("ToolSearch", { query: "select:WebSearch" });
  }
  if (exchange.number === 2) return callReply("WebSearch", { query: QUERY });
  return textReply("It is Deno 3.");
}

/** What the main conversation is shown of the search. */
function shown(events: readonly ClientEvent[]): string {
  const [, result] = blocksOf(events, "tool_result");
  return String(result?.content);
}

Deno.test("Claude Code's WebSearch shows what our search engine found (C6)", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
  await using stage = await setStage({
    environment: { SEARCH_URL: engine.url },
    script: searching,
  });
  const { code, events, result } = await stage.ask(
    "Which Deno is the newest?",
    ...["--allowedTools", "WebSearch"],
  );
  equal(code, 0);
  equal(result.result, "It is Deno 3.");
  match(
    shown(events),
    /Links: \[\{"title":"Deno blog","url":"https:\/\/deno\.com\/blog"\},.*\n\nDeno 3 is the newest\./,
  );
  deepEqual(engine.asked.map(({ query }) => query), [QUERY]);
  const [asked, found, ...others] = stage.upstream.exchanges.filter(isNested);
  equal(others.length, 0);
  deepEqual(
    asked?.body.tools?.map((tool) => tool.function.name),
    ["web_search"],
  );
  const last = found?.body.messages.at(-1);
  equal(last?.role, "tool");
  match(String(last?.content), /https:\/\/deno\.com\/blog\nDeno 3 is out/);
});

Deno.test("Claude Code's WebSearch says that nobody can search, without asking the upstream (R38)", async () => {
  await using stage = await setStage({ script: searching });
  const { code, events } = await stage.ask(
    "Which Deno is the newest?",
    ...["--allowedTools", "WebSearch"],
  );
  equal(code, 0);
  match(shown(events), /Web search error: unavailable/);
  equal(stage.upstream.exchanges.filter(isNested).length, 0);
});

Deno.test("Claude Code's WebSearch shows what OpenAI's own search found (/responses)", async () => {
  const sources = DENO_PAGES.map(({ url }) => url);
  await using stage = await setStage({
    api: "responses",
    script(exchange) {
      if (!isNested(exchange)) return searching(exchange);
      return chunks([
        searchChunk({ query: QUERY, sources }),
        textChunk("Deno 3 is the newest."),
        ...DENO_PAGES.map(citationChunk),
        finishChunk("stop"),
        usageChunk(USAGE),
      ]);
    },
  });
  const { code, events, result } = await stage.ask(
    "Which Deno is the newest?",
    ...["--allowedTools", "WebSearch"],
  );
  equal(code, 0);
  equal(result.result, "It is Deno 3.");
  match(shown(events), /https:\/\/deno\.com\/blog/);
  match(shown(events), /Deno 3 is the newest\./);
  const [asked, ...others] = stage.upstream.exchanges.filter(isNested);
  equal(others.length, 0);
  const { tools } = JSON.parse(asked?.bodyText ?? "{}");
  deepEqual(tools.map(({ type }: { type: string }) => type), ["web_search"]);
});
