/**
 * What a store does when the database fails, or contains wrong data.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { z } from "zod";
import { bytesOf } from "../../tests/store_conformance.ts";
import { openStore } from "../../tests/store_site.ts";
import { kvKey } from "./kv_records.ts";

const DAY = { ttlMs: 86_400_000 };
const Amounts = z.record(z.string(), z.number());

/** Replaces every commit by `commit`. */
function onCommit(
  kv: Deno.Kv,
  commit: (real: () => Promise<unknown>) => Promise<void>,
): void {
  const begin = kv.atomic.bind(kv);
  kv.atomic = () => {
    const atomic = begin();
    const real = atomic.commit.bind(atomic);
    atomic.commit = async () => {
      let result: Deno.KvCommitResult | Deno.KvCommitError = { ok: false };
      await commit(async () => result = await real());
      return result;
    };
    return atomic;
  };
}

Deno.test("a store on a full disk answers nothing, warns once and recovers", async () => {
  let isFull = false;
  const warnings: string[] = [];
  const recovered = Promise.withResolvers<void>();
  await using opened = openStore({
    async open() {
      const kv = await Deno.openKv(":memory:");
      onCommit(kv, async (commit) => {
        if (isFull) throw new Error("database or disk is full");
        await commit();
      });
      const set = kv.set.bind(kv); // what the probe uses
      kv.set = (...args) =>
        isFull ? Promise.reject(new Error("full")) : set(...args);
      return kv;
    },
    log: {
      warn: (message) => void warnings.push(message),
      info: () => recovered.resolve(),
    },
    times: { retryMs: 1, gatherMs: 1 },
  });
  const { store } = opened;
  isFull = true;
  store.putBytes(["b"], bytesOf(10), DAY);
  store.put(["v"], 1, DAY);
  store.add(["sum"], { n: 1 }, DAY);
  await store.flush();
  ok(store.trouble);
  equal(await store.getBytes(["b"]), null);
  equal(await store.get(["v"], z.number()), null);
  deepEqual(await store.list([], z.unknown()), []);
  deepEqual(await store.usage([]), { entries: 0, bytes: 0 });
  ok(await store.lease(["lease"], DAY), "there is nobody to wait for");
  ok(await store.lease(["lease"], DAY));
  store.add(["sum"], { n: 2 }, DAY);
  store.put(["v"], 2, DAY);
  isFull = false;
  await recovered.promise;
  await store.flush();
  equal(store.trouble, null);
  equal(await store.get(["v"], z.number()), null, "copies are let go");
  deepEqual(await store.get(["sum"], Amounts), { n: 3 }, "sums are not");
  deepEqual(warnings, ["store out of order"]);
});

Deno.test("a store writes once what it was told had failed", async () => {
  let failures = 0;
  await using opened = openStore({
    async open() {
      const kv = await Deno.openKv(":memory:");
      onCommit(kv, async (commit) => {
        await commit();
        if (failures-- > 0) throw new TypeError("database is locked");
      });
      return kv;
    },
  });
  const { store } = opened;
  // Retried at once, and, from the fourth time, in the next round.
  for (const [count, times] of [1, 3, 4, 9].entries()) {
    failures = times;
    store.add(["sum"], { n: 1 }, DAY);
    await store.flush();
    failures = 0;
    deepEqual(await store.get(["sum"], Amounts), { n: count + 1 });
    failures = times;
    store.putBytes(["b"], bytesOf(200_000 + count), DAY);
    await store.flush();
    failures = 0;
    equal((await store.getBytes(["b"]))?.length, 200_000 + count);
  }
});

Deno.test("a store whose database never answers says nothing is there, soon", async () => {
  const hanging = new Promise<never>(() => {});
  // Opened beforehand: on a busy machine opening exceeds the time limits.
  const kv = await Deno.openKv(":memory:");
  kv.get = () => hanging;
  kv.getMany = () => hanging;
  kv.atomic = () => {
    const atomic = Object.getPrototypeOf(kv).atomic.call(kv);
    atomic.commit = () => hanging;
    return atomic;
  };
  await using opened = openStore({
    open: () => Promise.resolve(kv),
    times: { readMs: 1, writeMs: 1, patienceMs: 0, retryMs: 60_000 },
  });
  const { store } = opened;
  equal(await store.get(["v"], z.unknown()), null);
  equal(await store.getBytes(["b"]), null);
  ok(await store.lease(["lease"], DAY));
  store.put(["v"], 1, DAY);
  await store.flush();
  ok(store.trouble);
});

Deno.test("a store takes what is broken or foreign for absent", async () => {
  const folder = await Deno.makeTempDir();
  const open = () => Deno.openKv(`${folder}/store`);
  {
    await using opened = openStore({ open });
    const { store } = opened;
    using kv = await open();
    const now = Date.now();
    const foreign: unknown[] = [
      null,
      7,
      "text",
      new Uint8Array(3),
      [],
      {},
      { expiresAt: "later", json: "1" },
      { expiresAt: now + 9e6 },
      { expiresAt: now + 9e6, json: 1 },
      { expiresAt: now + 9e6, json: "{" },
      new Map([["expiresAt", now]]),
    ];
    for (const [index, value] of foreign.entries()) {
      const key = ["k", index];
      for (const kind of ["value", "bytes", "index", "lease"] as const) {
        await kv.set(kvKey(kind, key), value);
      }
      equal(await store.get(key, z.unknown()), null);
      equal(await store.getBytes(key), null);
      store.add(key, { n: 1 }, DAY);
      deepEqual(await store.get(key, Amounts), { n: 1 });
      store.putBytes(key, bytesOf(3), DAY);
      await store.flush();
      deepEqual(await store.getBytes(key), bytesOf(3));
      ok(await store.lease(key, DAY));
    }
    equal((await store.list(["k"], Amounts)).length, foreign.length);
    equal(store.trouble, null);

    const key = ["chunked"];
    store.putBytes(key, bytesOf(200_000), DAY);
    await store.flush();
    const { value: record } = await kv.get<Record<string, unknown>>(
      kvKey("bytes", key),
    );
    ok(record);
    const chunk = kvKey("chunk", [String(record.generation), 1]);
    const { value: right } = await kv.get<Uint8Array>(chunk);
    ok(right);
    for (
      const wrong of [
        right.with(0, 255), // one byte differs
        right.subarray(1),
        new Uint8Array(65_000),
        "text",
      ]
    ) {
      await kv.set(chunk, wrong);
      equal(await store.getBytes(key), null);
    }
    await kv.delete(chunk);
    equal(await store.getBytes(key), null);
    await kv.set(chunk, right);
    ok(await store.getBytes(key));
    for (
      const wrong of [
        { chunkCount: 3 },
        { chunkCount: -1 },
        { chunkCount: 1e9 },
        { sizeBytes: 199_999 },
        { sizeBytes: 1e12 },
        { generation: "another" },
        { checksum: "" },
      ]
    ) {
      await kv.set(kvKey("bytes", key), { ...record, ...wrong });
      equal(await store.getBytes(key), null, JSON.stringify(wrong));
    }
  }
  await Deno.remove(folder, { recursive: true });
});
