/**
 * The connections to upstreams: how many there are, and when they become free.
 *
 * @module
 */
import { ok, strictEqual as equal } from "node:assert";
import { setImmediate } from "node:timers/promises";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import { serveHttp2, testAuthority } from "./http2_upstream.ts";
import { postMessages, readEvents, startProxy } from "./support.ts";

const OPTIONS = { timeout: 10_000 };

async function ask(proxy: { url: string }): Promise<void> {
  const events = await readEvents(await postMessages(proxy, { stream: true }));
  equal(events.at(-1)?.event, "message_stop");
}

Deno.test(
  "an upstream's limit of streams holds nobody up: there are more connections",
  OPTIONS,
  async () => {
    await using upstream = serveHttp2({ maxStreams: 10 });
    await using proxy = startProxy({
      environment: { OPENAI_BASE_URL: upstream.baseUrl },
      caCerts: [testAuthority()],
      maxStreams: 10,
    });
    const asked = Array.from({ length: 35 }, () => ask(proxy));
    await upstream.waiting(35);
    equal(upstream.connections.length, 4);
    upstream.answer();
    await Promise.all(asked);
  },
);

Deno.test(
  "an HTTP/2 connection takes new requests for those that ended, however they did",
  OPTIONS,
  async () => {
    await using upstream = serveHttp2({ maxStreams: 10 });
    await using proxy = startProxy({
      environment: { OPENAI_BASE_URL: upstream.baseUrl },
      caCerts: [testAuthority()],
      maxStreams: 1,
    });
    for (let i = 0; i < 3; i++) {
      const client = new AbortController();
      const { signal } = client;
      const left = postMessages(proxy, {}, { signal });
      await upstream.waiting(1);
      client.abort();
      await left.catch(() => {});
      await upstream.waiting(0);
    }
    upstream.answer();
    for (let i = 0; i < 3; i++) await ask(proxy);
    equal(upstream.connections.length, 1);
  },
);

/** Ways an answer can end; each frees its connection, or room for a new one. */
const ENDINGS: Record<string, () => Reply | undefined> = {
  "in JSON": () => undefined,
  "with the sentinel": () => chunks([textChunk("Hi"), finishChunk("stop")]),
  "with the sentinel, but not the body": () =>
    rawStream(
      [`data: ${JSON.stringify(finishChunk("stop"))}\n\n`, "data: [DONE]\n\n"],
      { end: "hang" },
    ),
  "without the sentinel": () =>
    chunks([textChunk("Hi"), finishChunk("stop")], { done: false }),
  "in the middle": () => chunks([textChunk("Hi")], { end: "cut" }),
  "before it began": () => rawStream([]),
  "in no language": () => rawStream(["\x00\x01\x02"]),
  "in an unknown encoding": () =>
    rawStream(["?"], {
      headers: { "content-encoding": "compress" },
      end: "hang",
    }),
  "with an error in its midst": () =>
    chunks([textChunk("Hi"), openaiError("oh")], { end: "hang" }),
  "as a refusal": () => refusal(400, openaiError("no")),
  "as an endless refusal": () =>
    rawStream(["x".repeat(100_000)], { status: 400, end: "hang" }),
  "as a refusal that is cut off": () =>
    rawStream(['{"error":'], { status: 400, end: "cut" }),
};

Deno.test(
  "a connection comes free, however an answer ends",
  OPTIONS,
  async (t) => {
    for (const [how, reply] of Object.entries(ENDINGS)) {
      await t.step(`the one before ends ${how}`, async () => {
        await using proxy = startProxy({
          environment: { POOL_MAX_CONNECTIONS: "1" },
          script: ({ number }) => number <= 2 ? reply() : undefined,
          retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
        });
        for (const stream of [true, false]) {
          const response = await postMessages(proxy, { stream });
          await response.text();
        }
        await ask(proxy);
        for (const { ended } of proxy.upstream.exchanges) await ended;
      });
    }
  },
);

Deno.test(
  "a connection comes free for the next attempt, however long the failure is",
  OPTIONS,
  async () => {
    await using proxy = startProxy({
      environment: { POOL_MAX_CONNECTIONS: "1" },
      script: ({ number }) =>
        number === 1
          ? rawStream(["x".repeat(100_000)], { status: 500, end: "hang" })
          : undefined,
    });
    await ask(proxy);
    equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
  },
);

Deno.test(
  "no more connections are used at once than there may be",
  OPTIONS,
  async () => {
    let running = 0;
    let most = 0;
    await using proxy = startProxy({
      environment: { POOL_MAX_CONNECTIONS: "3" },
      async script() {
        most = Math.max(most, ++running);
        await setImmediate();
        running--;
        return undefined;
      },
    });
    await Promise.all(Array.from({ length: 30 }, () => ask(proxy)));
    ok(most <= 3, `${most} at once`);
    equal(proxy.upstream.exchanges.length, 30);
  },
);
