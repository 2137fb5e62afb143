/**
 * The store on KV Connect, the protocol by which several instances share one
 * database; its server is denokv (`cargo install denokv`). Where that is not
 * installed the tests are ignored, and the suite runs on a local file alone
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
import { KeptLessons } from "../src/store/kept_lessons.ts";
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
  // Deno tries for ever what the server did not answer, the closed handle's, too.
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
