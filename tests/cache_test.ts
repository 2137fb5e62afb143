/**
 * The response cache through the proxy's own port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { Recording } from "../src/cache/recording.ts";
import { encodeAnswer } from "../src/cache/stored_answer.ts";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import { chunks, json, openaiError, type Reply } from "../src/demo/replies.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import { startPaced } from "./paced_upstream.ts";
import { readMessage } from "./read_message.ts";
import { openStore } from "./store_site.ts";
import { postMessages, type ProxyOptions, startProxy } from "./support.ts";

const KEY = "client-key-1", OTHER_KEY = "client-key-2";

/** A proxy that caches, in front of an upstream whose answers differ. */
function startCaching(
  { environment, ...options }: ProxyOptions = {},
) {
  return startProxy({
    script: tell,
    environment: { RESPONSE_CACHE: "safe", ...environment },
    ...options,
  });
}

function tell({ body, number }: Exchange): Reply {
  const text = `Answer ${number}`;
  return body.stream
    ? chunks([textChunk(text), finishChunk("stop"), USAGE])
    : json({
      choices: [{ message: { content: text }, finish_reason: "stop" }],
      usage: USAGE.usage,
    });
}

const USAGE = {
  choices: [],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
};

/** An answer's text, and how it was obtained. */
async function told(response: Response) {
  equal(response.status, 200);
  const { headers } = response;
  const isStream = headers.get("content-type")?.startsWith("text/event-stream");
  const { content, usage, stop_reason } = isStream
    ? await readMessage(response)
    : await response.json();
  return {
    text: content[0].text,
    usage: [usage.input_tokens, usage.output_tokens],
    stop_reason,
    cache: headers.get("x-ccproxy-cache"),
    isStream,
  };
}

const FORMS = [false, true];

Deno.test("a repeated request is answered from the cache, in either form, from either form", async () => {
  for (const first of FORMS) {
    for (const second of FORMS) {
      await using proxy = startCaching();
      const asked = await told(await postMessages(proxy, { stream: first }));
      const again = await told(await postMessages(proxy, { stream: second }));
      equal(asked.cache, "miss");
      deepEqual(again, { ...asked, cache: "hit", isStream: second });
      equal(again.text, "Answer 1");
      deepEqual(again.usage, [11, 7]);
      equal(proxy.upstream.exchanges.length, 1);
    }
  }
});

Deno.test("every answer tells its age in seconds", async () => {
  await using kv = openStore({ open: () => Deno.openKv(":memory:") });
  const given = Date.now() - 90_500;
  const completion = {
    choices: [{ message: { content: "kept" }, finish_reason: "stop" }],
  };
  const body = new Recording();
  body.append(new TextEncoder().encode(JSON.stringify(completion)));
  const kept = encodeAnswer({
    contentType: "application/json",
    createdAt: given,
    tookMs: 10,
    length: body.length,
    body,
  });
  const getBytes = () => Promise.resolve(kept);
  for (
    const [store, cache, age] of [
      [kv.store, "miss", "0"],
      [{ ...kv.store, getBytes }, "hit", "90"],
    ] as const
  ) {
    await using proxy = startCaching({ store });
    for (const stream of FORMS) {
      const answer = await postMessages(proxy, { stream, max_tokens: 1 });
      await answer.text();
      equal(answer.headers.get("age"), age, cache);
    }
  }
});

Deno.test("errors tell how they were come by, too", async () => {
  await using proxy = startCaching({
    script: () => json(openaiError("no"), { status: 400 }),
  });
  for (
    const [headers, cache] of [[{}, "miss"], [
      { "x-ccproxy-cache": "bypass" },
      "bypass",
    ]] as const
  ) {
    const refused = await postMessages(proxy, {}, { headers });
    await refused.text();
    equal(refused.status, 400);
    equal(refused.headers.get("x-ccproxy-cache"), cache);
    equal(refused.headers.get("age"), "0");
  }
  const invalid = await postMessages(proxy, { messages: 1 });
  await invalid.text();
  equal(invalid.headers.get("x-ccproxy-cache"), "bypass");
});

Deno.test("the log tells hits from what was paid for", async () => {
  await using proxy = startCaching();
  await told(await postMessages(proxy, {}));
  await told(await postMessages(proxy, { stream: true }));
  deepEqual(reports(proxy.logged).map(({ cache }) => cache), ["miss", "hit"]);
});

Deno.test("requests that differ in anything are asked each", async () => {
  await using proxy = startCaching();
  for (const max_tokens of [10, 11, 10]) {
    await told(await postMessages(proxy, { max_tokens }));
  }
  equal(proxy.upstream.exchanges.length, 2);
});

Deno.test("the same question of another session is a hit", async () => {
  await using proxy = startCaching();
  const ask = async (session_id: string) =>
    await told(
      await postMessages(proxy, {
        metadata: { user_id: JSON.stringify({ session_id }) },
      }),
    );
  equal((await ask("a")).cache, "miss");
  equal((await ask("b")).cache, "hit");
});

Deno.test("clients with different keys never get each other's answers", async () => {
  await using proxy = startCaching({
    environment: { CCPROXY_API_KEY: `${KEY},${OTHER_KEY}` },
  });
  const ask = async (key: string) =>
    await told(
      await postMessages(proxy, {}, { headers: { "x-api-key": key } }),
    );
  equal((await ask(KEY)).text, "Answer 1");
  equal((await ask(OTHER_KEY)).text, "Answer 2");
  deepEqual(await ask(KEY), { ...await ask(KEY), text: "Answer 1" });
  equal(proxy.upstream.exchanges.length, 2);
});

Deno.test("an error is never kept, whatever it comes as", async () => {
  const failures: ((exchange: Exchange) => Reply)[] = [
    () => json(openaiError("no"), { status: 400 }),
    () => chunks([textChunk("half")], { end: "cut" }),
    () => chunks([textChunk("half")], { done: false }),
    () => chunks([textChunk("half"), { error: { message: "broken" } }]),
    () => chunks([finishChunk("stop")]),
    () => json({ choices: [] }),
    () => json({ error: { message: "broken" } }),
  ];
  for (const fail of failures) {
    await using proxy = startCaching({
      retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
      script: (exchange) =>
        exchange.number === 1 ? fail(exchange) : tell(exchange),
    });
    await (await postMessages(proxy, { stream: true })).text();
    const next = await told(await postMessages(proxy, { stream: true }));
    deepEqual([next.text, next.cache], ["Answer 2", "miss"], String(fail));
  }
});

Deno.test("an answer cut short at a stop sequence is not kept", async () => {
  await using paced = startPaced();
  const { proxy, say } = paced;
  const asked = postMessages(proxy, { stream: true, stop_sequences: ["END"] });
  await say("one END and more");
  equal((await told(await asked)).text, "one ");
  equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
  const next = await told(await postMessages(proxy, { stream: true }));
  deepEqual([next.text, next.cache], ["again", "miss"]);
});

const WISHES: [Record<string, string>, string[]][] = [
  [{ "cache-control": "no-store" }, ["bypass", "miss"]],
  [{ "x-ccproxy-cache": "bypass" }, ["bypass", "miss"]],
  [{ "cache-control": "max-age=0, no-cache" }, ["miss", "hit"]],
  [{}, ["miss", "hit"]],
];

Deno.test("clients may want nothing kept, or nothing kept to be given", async () => {
  for (const [headers, [own, after]] of WISHES) {
    await using proxy = startCaching();
    const first = await told(await postMessages(proxy, {}, { headers }));
    const second = await told(await postMessages(proxy, {}));
    deepEqual([first.cache, second.cache], [own, after], String(headers));
    const again = await told(await postMessages(proxy, {}, { headers }));
    equal(again.cache, Object.keys(headers).length > 0 ? own : "hit");
  }
});

Deno.test("a fresh answer takes the place of the kept one", async () => {
  await using proxy = startCaching();
  const headers = { "cache-control": "no-cache" };
  equal((await told(await postMessages(proxy, {}))).text, "Answer 1");
  equal(
    (await told(await postMessages(proxy, {}, { headers }))).text,
    "Answer 2",
  );
  equal((await told(await postMessages(proxy, {}))).text, "Answer 2");
});

Deno.test("RESPONSE_CACHE=off keeps and shares nothing", async () => {
  await using proxy = startCaching({ environment: { RESPONSE_CACHE: "off" } });
  const answers = await Promise.all(
    FORMS.map(async (stream) =>
      await told(await postMessages(proxy, { stream }))
    ),
  );
  deepEqual(answers.map(({ cache }) => cache), ["bypass", "bypass"]);
  equal(proxy.upstream.exchanges.length, 2);
});

Deno.test("a store out of order costs a call, never a request, and is told of", async () => {
  await using kv = openStore({
    open: () => Promise.reject(new Error("the disk is full")),
  });
  await using proxy = startCaching({ store: kv.store });
  const outcomes = [];
  for (const max_tokens of [10, 10, 11]) {
    const { cache } = await told(await postMessages(proxy, { max_tokens }));
    outcomes.push(cache);
  }
  deepEqual(outcomes, ["store-failed", "hit", "store-failed"]); // from memory
});

Deno.test("what is kept under a request's key but is no answer is a miss", async () => {
  await using kv = openStore({ open: () => Deno.openKv(":memory:") });
  const getBytes = () => Promise.resolve(new Uint8Array(9));
  await using proxy = startCaching({ store: { ...kv.store, getBytes } });
  equal((await told(await postMessages(proxy, {}))).cache, "miss");
});

Deno.test("answers survive a restart, a megabyte as well, until they expire", async () => {
  const folder = await Deno.makeTempDir();
  const open = () => Deno.openKv(`${folder}/store`);
  const texts = Array.from({ length: 20 }, randomText); // hard to compress
  await using upstream = serveDemoUpstream({
    script: () =>
      chunks([...texts.map((text) => textChunk(text)), finishChunk("stop")]),
  });
  let now = Date.now();
  for (
    const [ms, cache] of [[0, "miss"], [0, "hit"], [60_000, "hit"], [
      60_000,
      "miss",
    ]] as const
  ) {
    now += ms;
    await using kv = openStore({ open, now: () => now });
    await using proxy = startCaching({
      store: kv.store,
      environment: {
        OPENAI_BASE_URL: upstream.baseUrl,
        RESPONSE_CACHE: "all",
        RESPONSE_CACHE_TTL: "90",
      },
    });
    const answer = await told(await postMessages(proxy, { stream: true }));
    equal(answer.cache, cache);
    ok(answer.text === texts.join(""));
  }
  await Deno.remove(folder, { recursive: true });
});

/** 60 000 characters. */
function randomText(): string {
  return crypto.getRandomValues(new Uint8Array(45_000)).toBase64();
}

Deno.test("an answer of 5 MB is kept and comes back the same", async () => {
  const words = Array.from({ length: 50 }, (_, i) => `${i} `.repeat(30_000));
  await using proxy = startCaching({
    script: () =>
      chunks([...words.map((word) => textChunk(word)), finishChunk("stop")]),
  });
  const first = await told(await postMessages(proxy, { stream: true }));
  const again = await told(await postMessages(proxy, {}));
  equal(again.cache, "hit");
  ok(first.text === words.join("") && again.text === first.text);
});

/** The log's entries of finished requests. */
function reports(logged: readonly string[]): Record<string, unknown>[] {
  return logged.map((line) => JSON.parse(line))
    .filter(({ message }) => message === "message");
}
