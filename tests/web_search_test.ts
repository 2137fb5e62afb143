/**
 * The server tool `web_search` through the port: searched here, by the
 * upstream, or by nobody. Upstream and engines are constructed from manuals.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  partialDeepStrictEqual,
  strictEqual as equal,
} from "node:assert";
import type { Message } from "../src/anthropic/message.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import {
  finishChunk,
  roleChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../src/demo/chunks.ts";
import {
  chunks,
  openaiError,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import { readMessage } from "./read_message.ts";
import { connect, SDKS } from "./sdks.ts";
import {
  braveAnswer,
  DENO_PAGES,
  searxngAnswer,
  serveSearchEngine,
} from "./search_engine.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

const SEARCH = {
  type: "web_search_20250305" as const,
  name: "web_search" as const,
};
const BASH = { name: "Bash", input_schema: { type: "object" as const } };

/** As Claude Code's WebSearch asks. */
const ASKED = {
  model: "claude-sonnet-5",
  max_tokens: 1024,
  messages: [{
    role: "user" as const,
    content: "Perform a web search for the query: newest Deno",
  }],
  tools: [{ ...SEARCH, max_uses: 8 }],
  tool_choice: { type: "auto" as const },
};

const USAGE = { prompt_tokens: 100, completion_tokens: 5 };

/** A turn that says something and searches. */
function searches(...queries: unknown[]): Reply {
  return chunks([
    roleChunk(),
    textChunk("I look."),
    ...queries.map((query, index) =>
      toolCallChunk({
        index,
        id: `call_${index}`,
        name: "web_search",
        args: JSON.stringify({ query }),
      })
    ),
    finishChunk("tool_calls"),
    usageChunk(USAGE),
  ]);
}

/** The last turn. */
function says(text: string): Reply {
  return chunks([
    roleChunk(),
    textChunk(text),
    finishChunk("stop"),
    usageChunk(USAGE),
  ]);
}

/** Searches once, then answers. */
function once({ number }: Exchange): Reply {
  return number === 1 ? searches("Deno 3") : says("It is Deno 3.");
}

/** The answer, streamed and whole; both are the same but for their ids. */
async function ask(
  proxy: Proxy,
  body: Record<string, unknown>,
  stream: boolean,
): Promise<Message> {
  const response = await postMessages(proxy, { ...ASKED, ...body, stream });
  if (stream) return await readMessage(response);
  equal(response.status, 200);
  return await response.json();
}

/** Blocks in short form. */
function told({ content }: Message): string[] {
  return content.map((block) => {
    switch (block.type) {
      case "text":
        return block.text;
      case "server_tool_use":
        return `search ${JSON.stringify(block.input)}`;
      case "web_search_tool_result":
        return Array.isArray(block.content)
          ? `found ${block.content.map(({ url }) => url).join(" ")}`
          : `failed ${block.content.error_code}`;
      case "tool_use":
        return `${block.name} ${JSON.stringify(block.input)}`;
      default:
        return block.type;
    }
  });
}

const FOUND = "found https://deno.com/blog https://docs.deno.com/runtime";

for (const stream of [true, false]) {
  const how = stream ? "streamed" : "whole";

  Deno.test(`a search is made here, ${how}: search, results, answer`, async () => {
    await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
    await using proxy = startProxy({
      environment: { SEARCH_URL: engine.url },
      script: once,
    });
    const message = await ask(proxy, {}, stream);
    deepEqual(told(message), [
      "I look.",
      'search {"query":"Deno 3"}',
      FOUND,
      "It is Deno 3.",
    ]);
    equal(message.stop_reason, "end_turn");
    const [, search, result] = message.content;
    ok(search?.type === "server_tool_use");
    match(search.id, /^srvtoolu_\w+$/);
    ok(result?.type === "web_search_tool_result");
    equal(result.tool_use_id, search.id);
    deepEqual(Object(result.content)[0], {
      type: "web_search_result",
      url: "https://deno.com/blog",
      title: "Deno blog",
      encrypted_content: "",
      page_age: "2026-11-20T00:00:00",
    });
    partialDeepStrictEqual(message.usage, {
      input_tokens: 200,
      output_tokens: 10,
      server_tool_use: { web_search_requests: 1 },
    });
    equal(engine.asked[0]?.query, "Deno 3");
    equal(engine.asked[0]?.parameters.get("format"), "json");
    const [first, second, ...others] = proxy.upstream.exchanges;
    equal(others.length, 0);
    equal(first?.body.tools?.[0]?.function.name, "web_search");
    const [question, turn, results] = second?.body.messages ?? [];
    deepEqual(question, first?.body.messages[0]);
    equal(turn?.content, "I look.");
    equal(results?.role, "tool");
    match(
      String(results?.content),
      /1\. Deno blog.*\nhttps:\S+\nDeno 3 is out/,
    );
  });

  Deno.test(`nobody can search, ${how}: the client is told, the upstream not asked (R38)`, async () => {
    await using proxy = startProxy();
    const message = await ask(proxy, {}, stream);
    deepEqual(told(message).slice(0, 2), [
      'search {"query":"newest Deno"}',
      "failed unavailable",
    ]);
    equal(message.content.at(-1)?.type, "text");
    equal(message.stop_reason, "end_turn");
    equal(message.content.length, 3);
    deepEqual(proxy.upstream.exchanges, []);
  });

  Deno.test(`the client's own calls end the turn, ${how}: after the searches beside them`, async () => {
    await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
    const both = chunks([
      roleChunk(),
      toolCallChunk({ index: 0, id: "a", name: "web_search" }),
      toolCallChunk({ index: 0, args: '{"query":"Deno 3"}' }),
      toolCallChunk({ index: 1, id: "b", name: "Bash", args: "{}" }),
      finishChunk("tool_calls"),
    ]);
    await using proxy = startProxy({
      environment: { SEARCH_URL: engine.url },
      script: () => both,
    });
    const message = await ask(proxy, { tools: [SEARCH, BASH] }, stream);
    deepEqual(told(message), ['search {"query":"Deno 3"}', "Bash {}", FOUND]);
    equal(message.stop_reason, "tool_use");
    equal(proxy.upstream.exchanges.length, 1);
  });
}

Deno.test("web_search beside other tools is left out where nobody can search, and said so (R39)", async () => {
  await using proxy = startProxy();
  const response = await postMessages(proxy, { tools: [SEARCH, BASH] });
  equal(response.status, 200);
  await response.body?.cancel();
  match(response.headers.get("x-ccproxy-notice") ?? "", /web_search_20250305/);
  const { tools } = proxy.upstream.exchanges[0]?.body ?? {};
  deepEqual(tools?.map((tool) => tool.function.name), ["Bash"]);
});

Deno.test("searches end at max_uses, and the answer with them", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer([]));
  await using proxy = startProxy({
    environment: { SEARCH_URL: engine.url },
    script: () => searches("a", "b"), // searches on every turn
  });
  const tools = [{ ...SEARCH, max_uses: 3 }];
  const message = await ask(proxy, { tools }, true);
  const results = told(message).filter((word) => /^(found|failed)/.test(word));
  deepEqual(results, [
    "found ",
    "found ",
    "found ",
    ...Array(3).fill("failed max_uses_exceeded"),
  ]);
  equal(message.stop_reason, "end_turn");
  equal(message.usage.server_tool_use?.web_search_requests, 3);
  equal(engine.asked.length, 3);
  const choices = proxy.upstream.exchanges.map(({ body }) => body.tool_choice);
  deepEqual(choices, ["auto", "auto", "none"]);
});

Deno.test("pages outside the domains asked for are left out", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
  await using proxy = startProxy({
    environment: { SEARCH_URL: engine.url },
    script: once,
  });
  const tools = [{ ...SEARCH, allowed_domains: ["docs.deno.com"] }];
  const message = await ask(proxy, { tools }, true);
  equal(told(message)[2], "found https://docs.deno.com/runtime");
  equal(engine.asked[0]?.query, "Deno 3 (site:docs.deno.com)");
});

Deno.test("a forced search is forced once", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer([]));
  await using proxy = startProxy({
    environment: { SEARCH_URL: engine.url },
    script: once,
  });
  await ask(proxy, { tool_choice: { type: "any" } }, true);
  const choices = proxy.upstream.exchanges.map(({ body }) => body.tool_choice);
  deepEqual(choices, ["required", "auto"]);
});

Deno.test("a search that fails is told by its reason, and the model answers all the same", async (t) => {
  const cases: [string, () => Response, unknown, string][] = [
    ["status 500", () => new Response("", { status: 500 }), "q", "unavailable"],
    [
      "status 429",
      () => new Response("", { status: 429 }),
      "q",
      "too_many_requests",
    ],
    ["no JSON", () => new Response("<html>"), "q", "unavailable"],
    ["no list", () => Response.json({ hits: [] }), "q", "unavailable"],
    [
      "redirect",
      () => Response.redirect("http://127.0.0.1:9/"),
      "q",
      "unavailable",
    ],
    ["long query", () => searxngAnswer([]), "q".repeat(500), "query_too_long"],
    ["no query", () => searxngAnswer([]), undefined, "invalid_tool_input"],
  ];
  for (const [name, answer, query, error] of cases) {
    await t.step(name, async () => {
      await using engine = serveSearchEngine(answer);
      await using proxy = startProxy({
        environment: { SEARCH_URL: engine.url },
        script: ({ number }) => number === 1 ? searches(query) : says("Sorry."),
      });
      const message = await ask(proxy, {}, true);
      deepEqual(told(message).slice(2), [`failed ${error}`, "Sorry."]);
      const secret = proxy.logged.some((line) => line.includes("qqqq"));
      equal(secret, false);
    });
  }
});

Deno.test("Brave is asked with its key, which nobody else sees", async () => {
  await using engine = serveSearchEngine(() =>
    braveAnswer([{
      url: "https://deno.com/blog",
      title: "Deno blog",
      description: "Deno 3 is out",
      age: "2 days ago",
    }])
  );
  await using proxy = startProxy({
    environment: { SEARCH_URL: engine.url, BRAVE_API_KEY: "brave-secret" },
    script: once,
  });
  const message = await ask(proxy, {}, true);
  equal(told(message)[2], "found https://deno.com/blog");
  const [asked] = engine.asked;
  equal(asked?.headers.get("x-subscription-token"), "brave-secret");
  const seen = [
    JSON.stringify(message),
    ...proxy.logged,
    ...proxy.upstream.exchanges.map(({ bodyText }) => bodyText),
  ].join();
  equal(seen.includes("brave-secret"), false);
});

Deno.test("a search is told whole where the status line had to go out before the answer", async () => {
  const isCommitted = Promise.withResolvers<void>();
  await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
  await using proxy = startProxy({
    environment: { SEARCH_URL: engine.url },
    times: { commitMs: 0 },
    async script(exchange) {
      await isCommitted.promise;
      return once(exchange);
    },
  });
  const response = await postMessages(proxy, { ...ASKED, stream: true });
  isCommitted.resolve();
  const words = told(await readMessage(response));
  deepEqual(words.slice(2), [FOUND, "It is Deno 3."]);
});

Deno.test("what a search of ours cannot do is said in the notice", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer([]));
  const place = { type: "approximate", country: "DE" };
  const cases: [string | undefined, RegExp][] = [
    [engine.url, /user_location of web_search left out/],
    [undefined, /web_search unavailable: set SEARCH_URL or BRAVE_API_KEY/],
  ];
  for (const [SEARCH_URL, notice] of cases) {
    await using proxy = startProxy({ environment: { SEARCH_URL } });
    const tools = [{ ...SEARCH, user_location: place }];
    const response = await postMessages(proxy, { ...ASKED, tools });
    await response.body?.cancel();
    match(response.headers.get("x-ccproxy-notice") ?? "", notice);
  }
});

Deno.test("an upstream that fails after a search ends the stream with an error", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer([]));
  await using proxy = startProxy({
    environment: { SEARCH_URL: engine.url },
    script: ({ number }) =>
      number === 1
        ? searches("Deno 3")
        : refusal(401, openaiError("Incorrect API key")),
  });
  const response = await postMessages(proxy, { ...ASKED, stream: true });
  const text = await response.text();
  match(text, /event: error\ndata: .*authentication_error.*\n\n$/);
});

Deno.test("a client that leaves during a search ends it, and the model is not asked again", async () => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  await using engine = serveSearchEngine((_query, { signal }) => {
    begun.resolve();
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        ended.resolve();
        resolve(new Response());
      });
    });
  });
  await using proxy = startProxy({
    environment: { SEARCH_URL: engine.url },
    script: once,
  });
  const abort = new AbortController();
  const { signal } = abort;
  const response = await postMessages(
    proxy,
    { ...ASKED, stream: true },
    { signal },
  );
  await begun.promise;
  const rest = response.text().catch(() => "gone");
  abort.abort();
  equal(await rest, "gone");
  await ended.promise;
  equal(proxy.upstream.exchanges.length, 1);
});

for (const [name, sdk] of Object.entries(SDKS)) {
  Deno.test(`${name} reads a search made here, streamed and whole`, async () => {
    await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
    await using proxy = startProxy({
      environment: { SEARCH_URL: engine.url },
      script: ({ number }) =>
        number % 2 === 1 ? searches("Deno 3") : says("3."),
    });
    const { messages } = connect(sdk, proxy);
    for (
      const message of [
        await messages.stream(ASKED).finalMessage(),
        await messages.create(ASKED),
      ]
    ) {
      deepEqual(message.content.map(({ type }) => type), [
        "text",
        "server_tool_use",
        "web_search_tool_result",
        "text",
      ]);
      deepEqual(Object(message.content[1]).input, { query: "Deno 3" });
      equal(message.usage.server_tool_use?.web_search_requests, 1);
    }
  });
}
