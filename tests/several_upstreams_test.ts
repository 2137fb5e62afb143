/**
 * The settings in `ccproxy.json`, through the HTTP port.
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
import { finishChunk, textChunk, toolCallChunk } from "../src/demo/chunks.ts";
import { chunks, openaiError, refusal } from "../src/demo/replies.ts";
import { parseConfigFile } from "../src/config/config_file.ts";
import { EVENTS, MESSAGE } from "./messages_upstream.ts";
import {
  DENO_PAGES,
  searxngAnswer,
  serveSearchEngine,
} from "./search_engine.ts";
import { type Behaviour, startSeveral } from "./several_upstreams.ts";
import { postMessages, type Proxy, readEvents } from "./support.ts";

const works: Behaviour = { chat: () => undefined };

for (const page of ["README.md", "src/cli/help.ts"]) {
  Deno.test(`the example of ${page} can be used`, async () => {
    const text = await Deno.readTextFile(
      new URL(`../${page}`, import.meta.url),
    );
    const [example = ""] = /\{\s+"upstreams"[^]*?\n(?: {2})?\}\n/.exec(text) ??
      [];
    const file = { path: page, text: example };
    const { problems, rows } = parseConfigFile(file, () => "key");
    deepEqual(problems, []);
    equal(rows.length, 2);
  });
}

/** Upstream and model a request was sent to, as reported by the upstream. */
async function whereTo(
  proxy: Proxy,
  body: Record<string, unknown>,
): Promise<string> {
  const response = await postMessages(proxy, body);
  const text = await response.text();
  equal(response.status, 200, text);
  const { target } = JSON.parse(proxy.logged.at(-1) ?? "{}");
  return target;
}

Deno.test("what the file allows an upstream is all it is asked for", async () => {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const slow: Behaviour = {
    async chat({ ended }) {
      asked.resolve();
      await Promise.race([answered.promise, ended]);
      return undefined;
    },
  };
  await using several = await startSeveral({ slow, b: works }, {
    limits: { slow: { concurrency: 1, queue: { length: 0 } } },
  });
  const first = postMessages(several.proxy, {});
  await asked.promise;
  equal(await whereTo(several.proxy, {}), "b/b-model");
  answered.resolve();
  await (await first).text();
  equal(several.askedOf("slow"), 1);
});

Deno.test("a request goes where its row says, by name and by length", async () => {
  await using several = await startSeveral({ a: works, b: works }, {
    models: [
      { match: "claude-haiku-*", to: ["b/small"] },
      { match: "fast", to: ["b/quick"] },
      {
        match: "*",
        to: ["a/large"],
        whenInputTokensOver: { "1000": "b/long" },
      },
    ],
  });
  const { proxy } = several;
  const long = [{ role: "user", content: "Word after word. ".repeat(1_000) }];
  const rows: [Record<string, unknown>, string][] = [
    [{ model: "claude-haiku-4-5" }, "b/small"],
    [{ model: "claude-opus-5[1m]" }, "a/large"],
    [{ model: "anthropic/fast" }, "b/quick"],
    [{ model: "a/anything/at-all" }, "a/anything/at-all"],
    [{ model: "anthropic/b/quick" }, "b/quick"],
    [{ model: "quick" }, "b/quick"],
    [{ model: "gpt-5-mini" }, "a/gpt-5-mini"],
    [{ model: "claude-opus-5", messages: long }, "b/long"],
    [{ model: "claude-haiku-4-5", messages: long }, "b/small"],
  ];
  for (const [body, expected] of rows) {
    equal(await whereTo(proxy, body), expected);
  }
});

Deno.test("a model that no row is for is not found", async () => {
  await using several = await startSeveral({ a: works }, {
    models: [{ match: "claude-haiku-*", to: ["a/small"] }],
  });
  const response = await postMessages(several.proxy, {
    model: "claude-opus-5",
  });
  equal(response.status, 404);
  partialDeepStrictEqual(await response.json(), {
    error: { type: "not_found_error", message: "model: claude-opus-5" },
  });
  const described = await fetch(`${several.proxy.url}/v1/models/claude-opus-5`);
  equal(described.status, 404);
  await described.body?.cancel();
});

Deno.test("/v1/models lists what can be asked for", async () => {
  await using several = await startSeveral({ a: works, b: works }, {
    models: [
      { match: "fast", to: ["b/gpt-5-mini"] },
      { match: "*", to: ["a/large", "b/gpt-5-mini"] },
    ],
  });
  const { url } = several.proxy;
  const { data } = await (await fetch(`${url}/v1/models`)).json();
  deepEqual(data.map(({ id }: { id: string }) => id), [
    "anthropic/fast",
    "anthropic/b/gpt-5-mini",
    "anthropic/a/large",
  ]);
  for (const { id } of data) {
    const response = await fetch(`${url}/v1/models/${id}`);
    equal((await response.json()).id, id);
  }
  partialDeepStrictEqual(data[0], {
    display_name: "gpt-5-mini",
    max_input_tokens: 400_000,
  });
});

Deno.test("each upstream gets its own keys, and no other's", async () => {
  const seen: (string | null)[] = [];
  const listens: Behaviour = {
    chat: ({ headers }) => void seen.push(headers.get("authorization")),
  };
  await using several = await startSeveral({ a: listens, b: listens }, {
    models: [{ match: "*", to: ["a/m"] }],
    keys: { a: ["key-of-a"] },
  });
  await whereTo(several.proxy, {});
  await whereTo(several.proxy, { model: "b/m" });
  deepEqual(seen, ["Bearer key-of-a", null]);
  ok(!several.proxy.logged.join().includes("key-of-a"));
});

Deno.test("a passed-through answer of a second target names the model asked for", async () => {
  await using several = await startSeveral({
    a: { chat: () => refusal(503, openaiError("Busy")) },
    b: { messages: () => Response.json(MESSAGE) },
  });
  const response = await postMessages(several.proxy, {});
  deepEqual(await response.json(), { ...MESSAGE, model: "claude-sonnet-5" });
});

const SEARCHING = {
  stream: true,
  tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 2 }],
};

function searches(query: string) {
  return chunks([
    toolCallChunk({
      index: 0,
      id: "call_1",
      name: "web_search",
      args: JSON.stringify({ query }),
    }),
    finishChunk("tool_calls"),
  ]);
}

for (const commitMs of [20_000, 1]) {
  const when = commitMs === 1 ? "after the message has begun" : "at once";
  Deno.test(`a search is made at the target that stands in, ${when}`, async () => {
    const begun = Promise.withResolvers<void>();
    if (commitMs > 1) begun.resolve();
    await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
    await using several = await startSeveral({
      a: {
        chat: async () => {
          await begun.promise;
          return refusal(503, openaiError("Busy"));
        },
      },
      b: {
        chat: ({ number }) =>
          number === 1 ? searches("newest Deno") : chunks([
            textChunk("Found."),
            finishChunk("stop"),
          ]),
      },
    }, {
      environment: { SEARCH_URL: engine.url },
      times: { commitMs },
    });
    const response = await postMessages(several.proxy, SEARCHING);
    begun.resolve();
    const events = await readEvents(response);
    const types = events.map(({ event }) => event);
    equal(types.filter((type) => type === "message_start").length, 1);
    equal(types.at(-1), "message_stop");
    const blocks = events.filter(({ event }) => event === "content_block_start")
      .map(({ data }) => [data.index, Object(data.content_block).type]);
    deepEqual(blocks, [
      [0, "server_tool_use"],
      [1, "web_search_tool_result"],
      [2, "text"],
    ]);
    deepEqual(["a", "b"].map(several.askedOf), [1, 2]);
  });
}

Deno.test("a search goes as it is to a target that searches itself", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
  let asked: unknown;
  await using several = await startSeveral({
    a: { chat: () => refusal(503, openaiError("Busy")) },
    b: {
      messages: ({ body }) => {
        asked = body.tools;
        return new Response(Object.values(EVENTS).join(""), {
          headers: { "content-type": "text/event-stream" },
        });
      },
    },
  }, { environment: { SEARCH_URL: engine.url } });
  const response = await postMessages(several.proxy, SEARCHING);
  match(await response.text(), /message_stop/);
  deepEqual(asked, SEARCHING.tools);
});
