/**
 * The store on KV Connect, the protocol by which several instances share one
 * database; its server is denokv (`cargo install denokv`). If that is not
 * installed the tests are ignored, and the suite runs only on a local file
 * (src/store/kv_store_test.ts).
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { z } from "zod";
import { openaiError, refusal } from "../src/demo/replies.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import { KeptLessons } from "../src/store/kept_lessons.ts";
import type { Store } from "../src/store/store.ts";
import { findDenokv, serveDenokv } from "./denokv.ts";
import { testStore } from "./store_conformance.ts";
import { openStore } from "./store_site.ts";
import { postMessages, startProxy } from "./support.ts";

const DAY = { ttlMs: 86_400_000 };
const program = await findDenokv();
const ignore = program === null;
const named = (name: string) => ignore ? `${name} (no denokv here)` : name;

testStore(named("a store on KV Connect"), {
  ignore,
  async createSite(clock) {
    const server = await serveDenokv(program ?? "");
    return {
      open: () =>
        openStore({
          open: () => Deno.openKv(server.url),
          now: () => clock.now,
        }),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
});

Deno.test({
  name: named("a store on KV Connect outlives its server and adds up all"),
  ignore,
  // Deno keeps retrying what the server did not answer, even after closing.
  sanitizeOps: false,
  async fn() {
    await using server = await serveDenokv(program ?? "");
    const open = () => Deno.openKv(server.url);
    {
      await using before = openStore({ open });
      before.store.add(["sum"], { n: 1 }, DAY);
      before.store.put(["value"], 1, DAY);
      await before.store.flush();
    }
    const said: string[] = [];
    const recovered = Promise.withResolvers<void>();
    await using opened = openStore({
      open,
      log: {
        warn: (message) => void said.push(message),
        info: () => recovered.resolve(),
      },
      times: { writeMs: 2_000, patienceMs: 0, retryMs: 20 },
    });
    const { store } = opened;
    equal(await store.get(["value"], z.number()), 1);
    await server.kill();
    store.add(["sum"], { n: 2 }, DAY);
    await store.flush();
    ok(store.trouble);
    equal(await store.get(["value"], z.number()), null);
    ok(await store.lease(["lease"], DAY));
    store.add(["sum"], { n: 4 }, DAY);
    await server.restart();
    await recovered.promise;
    deepEqual(await store.get(["sum"], z.unknown()), { n: 7 });
    equal(await store.get(["value"], z.number()), 1);
    deepEqual(said, ["store out of order"]);
  },
});

Deno.test({
  name: named("two instances on KV Connect share what they have learned"),
  ignore,
  async fn() {
    await using server = await serveDenokv(program ?? "");
    let refused = 0;
    await using one = await startInstance();
    equal((await ask(one.proxy)).status, 200);
    equal(refused, 1);
    await one.store.flush();
    await using other = await startInstance(
      one.proxy.config.upstreams[0]?.url ?? "",
    );
    equal((await ask(other.proxy)).status, 200);
    equal(refused, 1);

    async function startInstance(upstreamUrl?: string) {
      const now = Date.now;
      const open = () => Deno.openKv(server.url);
      const opened = openStore({ open });
      const lessons = new KeptLessons({ store: opened.store, now });
      await lessons.load();
      const proxy = startProxy({
        lessons,
        environment: upstreamUrl ? { OPENAI_BASE_URL: upstreamUrl } : {},
        script({ body }) {
          if (!("temperature" in body)) return undefined;
          refused++;
          return refusal(
            400,
            openaiError("Unsupported parameter: 'temperature'"),
          );
        },
      });
      return {
        proxy,
        store: opened.store,
        async [Symbol.asyncDispose]() {
          await proxy[Symbol.asyncDispose]();
          await opened[Symbol.asyncDispose]();
        },
      };
    }

    async function ask(proxy: { url: string }) {
      const response = await postMessages(proxy, { temperature: 0.2 });
      await response.body?.cancel();
      return response;
    }
  },
});

Deno.test({
  name: named("two instances on KV Connect share answers and token counts"),
  ignore,
  async fn() {
    await using server = await serveDenokv(program ?? "");
    await using upstream = serveDemoUpstream();
    const environment = {
      OPENAI_BASE_URL: upstream.baseUrl,
      RESPONSE_CACHE: "safe",
      CCPROXY_KV_URL: server.url,
      DENO_KV_ACCESS_TOKEN: "as-the-tests-have-it",
    };
    const open = () => Deno.openKv(server.url);
    await using first = openStore({ open });
    await using second = openStore({ open });
    await using one = startProxy({ store: first.store, environment });
    await using other = startProxy({ store: second.store, environment });

    // Too long to be kept as a title or the like: a repeat.
    const asked = await ask(one, { max_tokens: 9_000, stream: true });
    await first.store.flush();
    const again = await ask(other, { max_tokens: 9_000 });
    deepEqual([asked, again], ["miss", "hit"]);
    equal(upstream.upstream.exchanges.length, 1);

    const content = "All that is counted once. ".repeat(400);
    const counted = await count(one, content);
    await first.store.flush();
    let reads = 0;
    await using third = startProxy({
      environment,
      store: {
        ...second.store,
        async get(key, schema) {
          const value = await second.store.get(key, schema);
          if (value !== null) reads++;
          return value;
        },
      },
    });
    equal(await count(third, content), counted);
    equal(reads, 1);
  },
});

Deno.test({
  name: named("an instance on KV Connect waits for what another is asking"),
  ignore,
  async fn() {
    await using server = await serveDenokv(program ?? "");
    let begun = Promise.withResolvers<void>();
    let going = Promise.withResolvers<void>();
    await using upstream = serveDemoUpstream({
      async script() {
        begun.resolve();
        await going.promise;
        return undefined;
      },
    });
    const environment = {
      OPENAI_BASE_URL: upstream.baseUrl,
      RESPONSE_CACHE: "safe",
      CCPROXY_KV_URL: server.url,
      DENO_KV_ACCESS_TOKEN: "as-the-tests-have-it",
    };
    const open = () => Deno.openKv(server.url);
    await using first = openStore({ open });
    await using second = openStore({ open });
    let refused = Promise.withResolvers<void>();
    const store: Store = {
      ...second.store,
      async lease(...args) {
        const lease = await second.store.lease(...args);
        if (!lease) refused.resolve();
        return lease;
      },
    };
    await using one = startProxy({ store: first.store, environment });
    await using other = startProxy({ store, environment });
    // A server that is slow at that moment is rightly not waited for.
    for (let attempt = 1; attempt <= 10; attempt++) {
      begun = Promise.withResolvers();
      going = Promise.withResolvers();
      refused = Promise.withResolvers();
      const before = upstream.upstream.exchanges.length;
      const body = { stream: true, max_tokens: attempt };
      const asked = ask(one, body);
      await begun.promise;
      const waiting = ask(other, body);
      await refused.promise;
      going.resolve();
      equal(await asked, "miss");
      if (await waiting !== "hit") continue;
      return equal(upstream.upstream.exchanges.length - before, 1);
    }
    throw new Error("It has never waited");
  },
});

/** Asks, reads everything, and returns how the answer was obtained. */
async function ask(
  proxy: { url: string },
  body: Record<string, unknown>,
): Promise<string | null> {
  const response = await postMessages(proxy, body);
  await response.text();
  equal(response.status, 200);
  return response.headers.get("x-ccproxy-cache");
}

async function count({ url }: { url: string }, content: string) {
  const response = await fetch(`${url}/v1/messages/count_tokens`, {
    method: "POST",
    body: JSON.stringify({
      model: "claude-sonnet-5",
      messages: [{ role: "user", content }],
    }),
  });
  return (await response.json()).input_tokens;
}
