/**
 * Identical requests to several threads of one process, each with its own port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { createFlightBoard } from "../src/cache/flight_board.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import type { DemoUpstreamOptions } from "../src/demo/upstream.ts";
import { createKvStore } from "../src/store/kv_store.ts";
import { hostStore } from "../src/store/store_host.ts";
import type { ThreadStart } from "./fixtures/flight_thread.ts";
import { listen, pacedAnswer } from "./paced_upstream.ts";
import { toMessage } from "./read_message.ts";
import { PATIENT, SILENT_LOG } from "./store_site.ts";
import { parseEvents, postMessages } from "./support.ts";

/** Starts serving threads with one store and one upstream. */
async function startThreads(count: number, options: DemoUpstreamOptions) {
  const served = serveDemoUpstream(options);
  const store = createKvStore({
    open: () => Deno.openKv(":memory:"),
    log: SILENT_LOG,
    times: PATIENT,
  });
  const board = createFlightBoard();
  const ports: MessagePort[] = [];
  const workers: Worker[] = [];
  const stack = new DisposableStack();
  const proxies = await Promise.all(Array.from({ length: count }, async () => {
    const [storage, flights] = [new MessageChannel(), new MessageChannel()];
    hostStore(store, storage.port1);
    stack.use(board.connect(flights.port1));
    ports.push(storage.port1);
    const worker = new Worker(
      new URL("./fixtures/flight_thread.ts", import.meta.url),
      { type: "module" },
    );
    workers.push(worker);
    const listening = new Promise<string>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    const start: ThreadStart = {
      upstreamUrl: served.baseUrl,
      store: storage.port2,
      flights: flights.port2,
    };
    worker.postMessage(start, [storage.port2, flights.port2]);
    return { url: await listening };
  }));
  return {
    proxies,
    upstream: served.upstream,
    async [Symbol.asyncDispose]() {
      for (const worker of workers) worker.terminate();
      stack.dispose();
      for (const port of ports) port.close();
      await store[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
}

function textOf(stream: string): string {
  const [block] = toMessage(parseEvents(stream)).content;
  return block?.type === "text" ? block.text : "";
}

const cacheOf = ({ headers }: Response) => headers.get("x-ccproxy-cache");

/** Two threads, and an upstream that writes its first answer word by word. */
async function startPacedPair() {
  const { script, say, end } = pacedAnswer();
  const threads = await startThreads(2, { script });
  const [a = { url: "" }, b = { url: "" }] = threads.proxies;
  return {
    ...{ a, b, say, end },
    exchanges: threads.upstream.exchanges,
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}

Deno.test("100 identical streams over four threads make one upstream call", async () => {
  await using threads = await startThreads(4, { firstChunkMs: 50, chunkMs: 1 });
  const { proxies, upstream } = threads;
  for (const [i, proxy] of proxies.entries()) { // a cold thread is slow
    await (await postMessages(proxy, { max_tokens: i + 1 })).body?.cancel();
  }
  const before = upstream.exchanges.length;
  const streams = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const proxy = proxies[i % proxies.length] ?? { url: "" };
      const response = await postMessages(proxy, { stream: true });
      return { cache: cacheOf(response), text: textOf(await response.text()) };
    }),
  );
  equal(upstream.exchanges.length - before, 1);
  equal(new Set(streams.map(({ text }) => text)).size, 1);
  equal(streams.filter(({ cache }) => cache === "miss").length, 1);
  ok(streams.every(({ cache }) => cache !== "bypass"));
});

Deno.test("who joins late at another thread gets everything from the start, as it comes", async () => {
  await using pair = await startPacedPair();
  const { a, b, say, end, exchanges } = pair;
  const asked = postMessages(a, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  const second = listen(await postMessages(b, { stream: true }));
  await second.hear("one ");
  const whole = postMessages(b, {});
  await say("two");
  await second.hear("two");
  await end();
  equal(textOf(await first.hear()), "one two");
  equal(textOf(await second.hear()), "one two");
  const { content } = await (await whole).json();
  equal(content[0].text, "one two");
  equal(cacheOf(second.response), "shared");
  equal(exchanges.length, 1);
});

Deno.test("a retry at another thread goes on when the first client has left", async () => {
  await using pair = await startPacedPair();
  const { a, b, say, end, exchanges } = pair;
  const asked = postMessages(a, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  const retry = listen(await postMessages(b, { stream: true }));
  await retry.hear("one ");
  await first.leave();
  await say("two");
  await end();
  equal(textOf(await retry.hear()), "one two");
  equal(exchanges[0]?.state, "finished");
  const [onA, onB] = await Promise.all([a, b].map(costsOf));
  deepEqual(onA, { requests: 2, free: 1 });
  deepEqual(onB, onA); // one ledger for all
  const third = await postMessages(a, { stream: true });
  deepEqual([cacheOf(third), textOf(await third.text())], ["hit", "one two"]);
});

/** How many requests there were, and how many of them were free. */
async function costsOf({ url }: { url: string }) {
  for (;;) {
    const response = await fetch(`${url}/v1/usage`);
    const { total } = await response.json();
    const { requests, free_requests: free } = total;
    if (requests === 2) return { requests, free };
  }
}

Deno.test("the last one that leaves, whatever its thread, ends the upstream's work", async () => {
  await using pair = await startPacedPair();
  const { a, b, say, exchanges } = pair;
  const asked = postMessages(a, { stream: true });
  await say("one ");
  const first = listen(await asked);
  await first.hear("one ");
  const second = listen(await postMessages(b, { stream: true }));
  await second.hear("one ");
  await first.leave();
  equal(exchanges[0]?.state, "running");
  await second.leave();
  equal(await exchanges[0]?.ended, "cancelled");
  const third = await postMessages(b, { stream: true });
  deepEqual([cacheOf(third), textOf(await third.text())], ["miss", "again"]);
});
