/**
 * Identical requests in flight, through the proxy's own port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import { chunks, json, openaiError } from "../src/demo/replies.ts";
import { listen, startPaced } from "./paced_upstream.ts";
import { toMessage } from "./read_message.ts";
import {
  parseEvents,
  postMessages,
  type Proxy,
  startProxy,
} from "./support.ts";

const SAFE = { RESPONSE_CACHE: "safe" };

/** The text of a whole stream. */
function textOf(stream: string): string {
  const [block] = toMessage(parseEvents(stream)).content;
  return block?.type === "text" ? block.text : "";
}

/** The report of `GET /v1/cache`. */
async function reportOf({ url }: Pick<Proxy, "url">) {
  return await (await fetch(`${url}/v1/cache`)).json();
}

const cacheOf = ({ headers }: Response) => headers.get("x-ccproxy-cache");

Deno.test("100 identical streams at once make one upstream call", async () => {
  await using proxy = startProxy({
    environment: SAFE,
    firstChunkMs: 50,
    chunkMs: 1,
  });
  const streams = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const response = await postMessages(proxy, { stream: true });
      return { cache: cacheOf(response), text: textOf(await response.text()) };
    }),
  );
  equal(proxy.upstream.exchanges.length, 1);
  equal(new Set(streams.map(({ text }) => text)).size, 1);
  const misses = streams.filter(({ cache }) => cache === "miss");
  const shared = streams.filter(({ cache }) => cache === "shared");
  deepEqual([misses.length, shared.length], [1, 99]);
});

Deno.test("who joins late gets everything from the start", async () => {
  await using paced = startPaced();
  const { proxy, say, end } = paced;
  const asked = postMessages(proxy, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  const second = listen(await postMessages(proxy, { stream: true }));
  await second.hear("one ");
  await say("two");
  await second.hear("two");
  await end();
  equal(textOf(await first.hear()), "one two");
  equal(textOf(await second.hear()), "one two");
  equal(cacheOf(second.response), "shared");
  equal(proxy.upstream.exchanges.length, 1);
});

Deno.test("a client that wants the whole joins a stream", async () => {
  await using paced = startPaced();
  const { proxy, say, end } = paced;
  const asked = postMessages(proxy, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  const whole = postMessages(proxy, {});
  while ((await reportOf(proxy)).shared === 0);
  await say("two");
  await end();
  equal(textOf(await first.hear()), "one two");
  const response = await whole;
  const { content } = await response.json();
  deepEqual([cacheOf(response), content[0].text], ["shared", "one two"]);
});

Deno.test("a client that reads nothing holds nobody up", async () => {
  await using paced = startPaced();
  const { proxy, say, end } = paced;
  const asked = postMessages(proxy, { stream: true });
  await say("one ");
  const idle = listen(await asked);
  const quick = listen(await postMessages(proxy, { stream: true }));
  for (let i = 0; i < 100; i++) {
    const word = `${i}${"x".repeat(10_000)} `;
    await say(word);
    await quick.hear(word);
  }
  await end();
  const text = textOf(await quick.hear());
  equal(textOf(await idle.hear()), text);
});

Deno.test("one that leaves ends it for nobody else", async () => {
  await using paced = startPaced();
  const { proxy, say, end } = paced;
  const asked = postMessages(proxy, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  const second = listen(await postMessages(proxy, { stream: true }));
  await second.hear("one ");
  await first.leave();
  await say("two");
  await end();
  equal(textOf(await second.hear()), "one two");
  equal(proxy.upstream.exchanges[0]?.state, "finished");
  const third = await postMessages(proxy, { stream: true });
  deepEqual(
    [cacheOf(third), textOf(await third.text())],
    ["hit", "one two"],
  );
});

Deno.test("the last one that leaves ends the upstream's work at once", async () => {
  await using paced = startPaced();
  const { proxy, say } = paced;
  const asked = postMessages(proxy, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  const second = listen(await postMessages(proxy, { stream: true }));
  await second.hear("one ");
  await first.leave();
  await second.leave();
  equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
  const third = await postMessages(proxy, { stream: true });
  deepEqual([cacheOf(third), textOf(await third.text())], ["miss", "again"]);
});

Deno.test("with KEEP_ABANDONED_SECONDS a retry joins what its client has left", async () => {
  await using paced = startPaced({
    environment: { KEEP_ABANDONED_SECONDS: "30" },
  });
  const { proxy, say, end } = paced;
  const asked = postMessages(proxy, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  await first.leave();
  await say("two ");
  const retry = listen(await postMessages(proxy, { stream: true }));
  await retry.hear("two ");
  await say("three");
  await end();
  equal(textOf(await retry.hear()), "one two three");
  equal(cacheOf(retry.response), "shared");
});

Deno.test("with KEEP_ABANDONED_SECONDS an answer is kept whose client has left", async () => {
  for (const stream of [true, false]) {
    await using paced = startPaced({
      environment: { KEEP_ABANDONED_SECONDS: "30" },
    });
    const { proxy, say, end } = paced;
    const leaving = new AbortController();
    const asked = postMessages(proxy, { stream }, { signal: leaving.signal });
    await say("one ");
    if (stream) await listen(await asked).hear("one ");
    leaving.abort();
    if (!stream) await rejects(asked, { name: "AbortError" });
    await say("two");
    await end();
    while ((await reportOf(proxy)).recent.entries === 0);
    const retry = await postMessages(proxy, { stream: true });
    deepEqual([cacheOf(retry), textOf(await retry.text())], ["hit", "one two"]);
  }
});

Deno.test("after KEEP_ABANDONED_SECONDS the upstream's work ends", async () => {
  await using paced = startPaced({
    environment: { KEEP_ABANDONED_SECONDS: "0.05" },
  });
  const { proxy, say } = paced;
  const asked = postMessages(proxy, { stream: true });
  await say("one ");
  const client = listen(await asked);
  await client.hear("one ");
  await client.leave();
  equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
});

Deno.test("all who wait get the refusal, and the next one asks again", async () => {
  const all = Promise.withResolvers<void>();
  await using proxy = startProxy({
    environment: SAFE,
    async script({ number }) {
      if (number > 1) return chunks([textChunk("ok"), finishChunk("stop")]);
      await all.promise;
      return json(openaiError("Bad thing"), { status: 400 });
    },
  });
  const asked = [1, 2, 3].map(() => postMessages(proxy, { stream: true }));
  while ((await reportOf(proxy)).shared < 2);
  all.resolve();
  for (const response of await Promise.all(asked)) {
    equal(response.status, 400);
    ok((await response.text()).includes("Bad thing"));
  }
  equal(proxy.upstream.exchanges.length, 1);
  const next = await postMessages(proxy, { stream: true });
  deepEqual([cacheOf(next), textOf(await next.text())], ["miss", "ok"]);
});
