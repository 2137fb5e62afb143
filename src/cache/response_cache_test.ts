import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { openStore } from "../../tests/store_site.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { Store } from "../store/store.ts";
import type { Answer } from "../upstream/answer.ts";
import { CacheUse } from "./cache_use.ts";
import { createResponseCache, type ResponseCache } from "./response_cache.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An answer of one piece. */
function answer(text: string): Answer {
  let isRead = false;
  const read = () => {
    const bytes = isRead ? null : encoder.encode(text);
    isRead = true;
    return Promise.resolve(bytes);
  };
  return {
    headers: new Headers(),
    reader: { read, drain() {}, cancel() {} },
    settle() {},
  };
}

/** Asks a cache, reads to the end, and has the answer kept. */
async function askOf(
  cache: ResponseCache,
  ask: (abort: AbortController) => Promise<Answer>,
) {
  const use = new CacheUse();
  const { reader, settle } = await cache.answer({
    question: { api: "chat", url: "http://localhost", headers: {}, body: {} },
    caching: {
      takes: "any",
      tenant: null,
      keepMs: 60_000,
      use,
    },
    signal: new AbortController().signal,
    ask,
  });
  let text = "";
  for (let read; (read = await reader.read()) !== null;) {
    text += decoder.decode(read);
  }
  settle(null);
  return { text, cache: use.outcome };
}

/** Two instances on one store, whose sleeps end when the test says so. */
function startTwo(store: Store) {
  let now = 0;
  const sleeps: (() => void)[] = [];
  const asleep = Promise.withResolvers<void>();
  const make = () =>
    createResponseCache({
      store,
      isShared: true,
      threads: null,
      now: () => now,
      sleep: () =>
        new Promise((resolve) => {
          sleeps.push(resolve);
          asleep.resolve();
        }),
    });
  return {
    a: make(),
    b: make(),
    asleep: asleep.promise,
    /** Ends all sleeps so far. */
    wake(ms: number) {
      now += ms;
      for (const resolve of sleeps.splice(0)) resolve();
    },
  };
}

/** Makes a cache ask, and its upstream begin when the test says so. */
async function askFirst(cache: ResponseCache) {
  const asked = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<Answer>();
  const first = askOf(cache, () => {
    asked.resolve();
    return begun.promise;
  });
  await asked.promise;
  return { first, begun };
}

const never = () => Promise.reject(new Error("Asked for nothing"));

Deno.test("instances on one store share an answer that is on its way", async () => {
  await using kv = openStore({ open: () => Deno.openKv(":memory:") });
  const { a, b, asleep, wake } = startTwo(kv.store);
  const { first, begun } = await askFirst(a);
  const second = askOf(b, never);
  await asleep;
  begun.resolve(answer("one"));
  deepEqual(await first, { text: "one", cache: "miss" });
  wake(50);
  deepEqual(await second, { text: "one", cache: "hit" });
});

Deno.test("an instance asks at once when another's call has failed", async () => {
  await using kv = openStore({ open: () => Deno.openKv(":memory:") });
  const { a, b, asleep, wake } = startTwo(kv.store);
  const { first, begun } = await askFirst(a);
  const second = askOf(b, () => Promise.resolve(answer("two")));
  await asleep;
  begun.reject(new ApiError("api_error", "no"));
  await rejects(first, { message: "no" });
  await kv.store.flush(); // which waits until the lease is released
  wake(50);
  deepEqual(await second, { text: "two", cache: "miss" });
});

Deno.test("an instance waits only briefly for another's answer", async () => {
  await using kv = openStore({ open: () => Deno.openKv(":memory:") });
  const { a, b, asleep, wake } = startTwo(kv.store);
  const { first, begun } = await askFirst(a);
  const second = askOf(b, () => Promise.resolve(answer("two")));
  await asleep;
  wake(3_000);
  deepEqual(await second, { text: "two", cache: "miss" });
  begun.resolve(answer("one"));
  equal((await first).text, "one");
});

Deno.test("an instance waits for nobody while the store is slow", async () => {
  await using kv = openStore({ open: () => Deno.openKv(":memory:") });
  let now = 0;
  const slow = createResponseCache({
    store: {
      ...kv.store,
      getBytes(key) {
        now += 26;
        return kv.store.getBytes(key);
      },
    },
    isShared: true,
    threads: null,
    now: () => now,
    sleep: () => Promise.reject(new Error("It slept")),
  });
  const { a } = startTwo(kv.store);
  const { first, begun } = await askFirst(a);
  const second = await askOf(slow, () => Promise.resolve(answer("two")));
  deepEqual(second, { text: "two", cache: "miss" });
  begun.resolve(answer("one"));
  await first;
});
