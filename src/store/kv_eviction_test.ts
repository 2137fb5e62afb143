import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { z } from "zod";
import { bytesOf } from "../../tests/store_conformance.ts";
import { openStore } from "../../tests/store_site.ts";
import { kvKey } from "./kv_records.ts";
import type { Store } from "./store.ts";

const MAX_BYTES = 2_000_000;
const MINUTE_MS = 60_000;
const DAY = { ttlMs: 86_400_000 };

/** A small store and its clock; two may share a database. */
function openSmallStore(open = () => Deno.openKv(":memory:")) {
  const clock = { now: Date.now() };
  const opened = openStore({
    open,
    now: () => clock.now,
    maxBytes: MAX_BYTES,
  });
  return {
    ...opened,
    clock,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function fill(
  store: Store,
  { from, to }: { from: number; to: number },
): Promise<void> {
  for (let n = from; n < to; n++) {
    store.putBytes(["b", n], bytesOf(100_000), DAY);
    await store.flush();
  }
}

async function kept(store: Store, upTo: number): Promise<number[]> {
  const numbers = Array.from({ length: upTo }, (_, n) => n);
  const found = await Promise.all(
    numbers.map((n) => store.getBytes(["b", n])),
  );
  return numbers.filter((n) => found[n]);
}

Deno.test("KvEviction holds bytes to their size, the oldest go first", async () => {
  await using opened = openSmallStore();
  const { store, clock } = opened;
  for (let n = 0; n < 60; n++) {
    clock.now++;
    await fill(store, { from: n, to: n + 1 });
    const { bytes } = await store.usage([]);
    ok(bytes <= MAX_BYTES, `${bytes} after ${n}`);
  }
  const left = await kept(store, 60);
  ok(left.length >= 15, `${left}`);
  deepEqual(left, Array.from(left, (_, i) => 60 - left.length + i));
});

Deno.test("KvEviction spares what was read", async () => {
  await using opened = openSmallStore();
  const { store, clock } = opened;
  await fill(store, { from: 0, to: 15 });
  clock.now += 11 * MINUTE_MS;
  deepEqual(await kept(store, 3), [0, 1, 2]);
  clock.now += MINUTE_MS;
  await fill(store, { from: 15, to: 30 });
  const left = await kept(store, 30);
  deepEqual(left.slice(0, 3), [0, 1, 2]);
  ok(left.length < 25, `${left}`);
});

Deno.test("KvEviction leaves values and sums alone", async () => {
  await using opened = openSmallStore();
  const { store } = opened;
  store.put(["value"], "x", DAY);
  store.add(["sum"], { n: 1 }, DAY);
  await fill(store, { from: 0, to: 60 });
  equal(await store.get(["value"], z.string()), "x");
  deepEqual(await store.get(["sum"], z.unknown()), { n: 1 });
});

Deno.test("nothing is left behind of what is evicted, replaced or deleted", async () => {
  const folder = await Deno.makeTempDir();
  const open = () => Deno.openKv(`${folder}/store`);
  {
    await using opened = openSmallStore(open);
    const { store } = opened;
    using kv = await open();
    const count = async (kind: "chunk" | "bytes" | "index") =>
      (await Array.fromAsync(kv.list({ prefix: kvKey(kind, []) }))).length;
    const check = async () => {
      const { entries } = await store.usage([]);
      equal(await count("index"), entries);
      equal(await count("bytes"), entries);
      equal(await count("chunk"), entries * 2);
      return entries;
    };
    await fill(store, { from: 0, to: 60 });
    const entries = await check();
    await fill(store, { from: 58, to: 60 });
    equal(await check(), entries);
    store.delete(["b", 59]);
    equal(await check(), entries - 1);
    await store.clear(["b"]);
    equal(await check(), 0);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("KvEviction knows what was there before, and what others write", async () => {
  const folder = await Deno.makeTempDir();
  const open = () => Deno.openKv(`${folder}/store`);
  {
    await using first = openSmallStore(open);
    await fill(first.store, { from: 0, to: 18 });
  }
  {
    await using one = openSmallStore(open);
    await using other = openSmallStore(open);
    for (let n = 18; n < 60; n += 2) {
      await fill(one.store, { from: n, to: n + 1 });
      await fill(other.store, { from: n + 1, to: n + 2 });
    }
    const { bytes } = await one.store.usage([]);
    // Each sees the other's writes once it has written an eighth of the limit.
    ok(bytes <= MAX_BYTES * 1.25, `${bytes}`);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("putBytes() keeps nothing that would take too much of the store", async () => {
  await using opened = openSmallStore();
  const { store } = opened;
  store.putBytes(["b"], bytesOf(MAX_BYTES / 4 + 1), DAY);
  equal(await store.getBytes(["b"]), null);
  await store.flush();
  deepEqual(await store.usage([]), { entries: 0, bytes: 0 });
});
