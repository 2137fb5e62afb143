/**
 * What the proxy reports about its upstreams' state: metrics, `/ready`, alerts,
 * and hints to other instances.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { openaiError, refusal } from "../src/demo/replies.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import { createMetrics, renderMetrics } from "../src/observe/metrics.ts";
import { startAlarm } from "../src/observe/alarm.ts";
import type { LaneChange } from "../src/upstream/lane.ts";
import { openStore, SILENT_LOG } from "./store_site.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

const FAILED = refusal(500, openaiError("oh"));
/** Each request is one attempt. */
const ONCE = { maxAttempts: 1, baseMs: 0, maxMs: 0 };
const FAILING = { script: () => FAILED, retry: ONCE };

/** Asks one after the other; @returns the statuses. */
async function ask(
  proxy: Pick<Proxy, "url">,
  { count, model = "claude-sonnet-5" }: { count: number; model?: string },
): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n++) {
    const response = await postMessages(proxy, { model });
    statuses.push(response.status);
    await response.text();
  }
  return statuses;
}

async function readiness({ url }: Pick<Proxy, "url">) {
  const response = await fetch(`${url}/ready`);
  return [response.status, await response.json()];
}

async function gauges({ url }: Pick<Proxy, "url">): Promise<string[]> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return page.split("\n").filter((line) =>
    /^ccproxy_upstream_(breaker|waiting|in_flight|concurrency)/.test(line)
  );
}

const OUT = "it keeps failing and is left alone for a while";

Deno.test("/ready fails while every upstream is out, and until then alone", async () => {
  let skippedMs = 0;
  await using proxy = startProxy({
    ...FAILING,
    clock: () => performance.now() + skippedMs,
  });
  await ask(proxy, { count: 9 });
  deepEqual(await readiness(proxy), [200, { status: "ready" }]);
  await ask(proxy, { count: 1 });
  const reasons = { "upstream 127.0.0.1": OUT };
  deepEqual(await readiness(proxy), [503, { status: "not ready", reasons }]);
  skippedMs = 5_000;
  deepEqual(
    await readiness(proxy),
    [200, { status: "ready" }],
    "somebody has to find out whether it is back",
  );
});

Deno.test("/ready notes an upstream that is out beside one that is not, and fails for both", async () => {
  await using upstream = serveDemoUpstream(FAILING);
  const url = upstream.baseUrl;
  await using proxy = startProxy({
    retry: ONCE,
    file: {
      upstreams: { a: { url, api: "chat" }, b: { url, api: "chat" } },
      models: [
        { match: "claude-haiku-*", to: ["b/m"] },
        { match: "*", to: ["a/m"] },
      ],
    },
  });
  await ask(proxy, { count: 10 });
  const notes = { "upstream a": OUT };
  deepEqual(await readiness(proxy), [200, { status: "ready", notes }]);
  await ask(proxy, { count: 10, model: "claude-haiku-4-5" });
  deepEqual(await readiness(proxy), [503, {
    status: "not ready",
    reasons: { ...notes, "upstream b": OUT },
  }]);
});

Deno.test("/ready notes a store that is out of order, and does not say where it is", async () => {
  await using broken = openStore({
    open: () => Promise.reject(new Error("cannot open /home/me/secret")),
  });
  await using proxy = startProxy({ store: broken.store });
  await ask(proxy, { count: 1 });
  await broken.store.flush();
  deepEqual(await readiness(proxy), [200, {
    status: "ready",
    notes: { store: "it is out of order, and the log says why" },
  }]);
});

Deno.test("/metrics shows breakers, places and the queue of each upstream", async () => {
  const busy = refusal(429, openaiError("slow"), { "retry-after-ms": "1" });
  await using proxy = startProxy({
    retry: ONCE,
    environment: { OPENAI_API_KEY: "k1,k2" },
    script: ({ number }) => number === 1 ? busy : FAILED,
  });
  await ask(proxy, { count: 12 });
  const lane = 'upstream="127.0.0.1",gen_ai_request_model="big-model"';
  // Which of the keys it is does not matter.
  const shown = (await gauges(proxy))
    .map((line) => line.replace(/key="[12]"/, "key"));
  const upstream = 'upstream="127.0.0.1"';
  deepEqual(shown.sort(), [
    `ccproxy_upstream_breaker_state{${lane},key} 0`,
    `ccproxy_upstream_breaker_state{${lane},key} 2`,
    `ccproxy_upstream_concurrency_limit{${upstream},key} 1`,
    `ccproxy_upstream_in_flight{${upstream},key} 0`,
    `ccproxy_upstream_in_flight{${upstream},key} 0`,
    `ccproxy_upstream_waiting{${upstream}} 0`,
  ]);
});

Deno.test("renderMetrics() shows the worst of threads' breakers, and adds up what waits", async () => {
  const read = async (breaker: "closed" | "half-open" | "open") => {
    const metrics = createMetrics();
    metrics.watchUpstreams(() => [{
      upstream: "u",
      waiting: 3,
      keys: [{ key: 1, inFlight: 2, concurrency: 4 }],
      models: [{
        model: "m",
        retriesLeft: 0,
        lanes: [{ key: 1, breaker, restMs: 0 }],
      }],
    }]);
    return await metrics.read();
  };
  const page = await renderMetrics([
    await read("half-open"),
    await read("open"),
    await read("closed"),
  ]);
  deepEqual(page.split("\n").filter((line) => line.startsWith("ccproxy_up")), [
    'ccproxy_upstream_breaker_state{upstream="u",gen_ai_request_model="m",key="1"} 2',
    'ccproxy_upstream_waiting{upstream="u"} 9',
    'ccproxy_upstream_in_flight{upstream="u",key="1"} 6',
    'ccproxy_upstream_concurrency_limit{upstream="u",key="1"} 12',
  ]);
});

Deno.test("a breaker that opens is an alert, and its closing the end of it", async () => {
  const told: string[] = [];
  const alarm = startAlarm({
    log: SILENT_LOG,
    now: Date.now,
    deliver: ({ text }) => Promise.resolve(void told.push(text)),
  });
  let skippedMs = 0;
  let isBroken = true;
  await using proxy = startProxy({
    retry: ONCE,
    script: () => isBroken ? FAILED : undefined,
    clock: () => performance.now() + skippedMs,
    watchLane: alarm.watchLane,
  });
  await ask(proxy, { count: 10 });
  isBroken = false;
  skippedMs = 5_000;
  await ask(proxy, { count: 1 });
  alarm.close();
  deepEqual(told, [
    "upstream 127.0.0.1/big-model fails and is not asked for now",
    "upstream 127.0.0.1/big-model answers again",
  ]);
});

Deno.test("an instance heeds another's breaker after one failure of its own", async () => {
  await using shared = openStore({ open: () => Deno.openKv(":memory:") });
  await using upstream = serveDemoUpstream(FAILING);
  const changed = Promise.withResolvers<LaneChange>();
  const options = {
    retry: ONCE,
    store: shared.store,
    environment: { OPENAI_BASE_URL: upstream.baseUrl },
  };
  await using first = startProxy(options);
  await using second = startProxy({ ...options, watchLane: changed.resolve });
  equal((await ask(first, { count: 11 })).at(-1), 503);
  deepEqual(await readiness(second), [200, { status: "ready" }]);
  await ask(second, { count: 1 });
  equal((await changed.promise).state, "open");
  equal((await readiness(second))[0], 503);
  deepEqual(await ask(second, { count: 1 }), [503]);
  equal(upstream.upstream.exchanges.length, 11);
});
