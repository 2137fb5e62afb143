/**
 * What every store guarantees, whatever its implementation: one suite for all.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { z } from "zod";
import type { Store, StoreBytes, StoreKey } from "../src/store/store.ts";

/** A store that is closed when it is disposed of. */
export interface OpenStore extends AsyncDisposable {
  store: Store;
}

/** A database that several instances open. */
export interface StoreSite extends AsyncDisposable {
  open(): OpenStore;
}

/** A manual clock. */
export interface Clock {
  now: number;
}

/** How a suite is run. */
export interface StoreSuiteOptions {
  /** Creates an empty database whose stores use the clock. */
  createSite: (clock: Clock) => Promise<StoreSite>;
  ignore?: boolean;
}

const DAY = { ttlMs: 86_400_000 };
const Text = z.string();
const Amounts = z.record(z.string(), z.number());

/** Registers the tests of one kind of store. */
export function testStore(
  name: string,
  { createSite, ignore = false }: StoreSuiteOptions,
): void {
  const test = (
    promise: string,
    check: (site: StoreSite, clock: Clock) => Promise<void>,
  ) =>
    Deno.test({
      name: `${name} ${promise}`,
      ignore,
      async fn() {
        // Close to the real time, by which the database expires entries.
        const clock = { now: Date.now() };
        await using site = await createSite(clock);
        await check(site, clock);
      },
    });

  test("gives what was put, at once and to other instances", async (site) => {
    await using one = site.open();
    await using other = site.open();
    const key = ["text", 1, "a"];
    equal(await one.store.get(key, Text), null);
    one.store.put(key, "grüße", DAY);
    equal(await one.store.get(key, Text), "grüße");
    await one.store.flush();
    equal(await one.store.get(key, Text), "grüße");
    equal(await other.store.get(key, Text), "grüße");
    equal(await other.store.get(["text", "1", "a"], Text), null);
    equal(one.store.trouble, null);
  });

  test("gives no value that is not of the schema", async (site) => {
    await using one = site.open();
    one.store.put(["n"], 1, DAY);
    equal(await one.store.get(["n"], Text), null);
    await one.store.flush();
    equal(await one.store.get(["n"], Text), null);
    deepEqual(await one.store.list([], Text), []);
    equal(await one.store.get(["n"], z.number()), 1);
  });

  test("gives nothing that has expired", async (site, clock) => {
    await using one = site.open();
    const { store } = one;
    for (const isWritten of [false, true]) {
      store.put(["v", "text"], "x", { ttlMs: 50_000 });
      store.putBytes(["v", "bytes"], bytesOf(10), { ttlMs: 50_000 });
      store.add(["v", "sum"], { n: 1 }, { ttlMs: 50_000 });
      if (isWritten) await store.flush();
      equal(await store.get(["v", "text"], Text), "x");
      clock.now += 49_999;
      equal(await store.get(["v", "text"], Text), "x");
      ok(await store.getBytes(["v", "bytes"]));
      ok(await store.get(["v", "sum"], Amounts));
      clock.now += 1;
      equal(await store.get(["v", "text"], Text), null);
      equal(await store.getBytes(["v", "bytes"]), null);
      equal(await store.get(["v", "sum"], Amounts), null);
      deepEqual(await store.list(["v"], z.unknown()), []);
      deepEqual(await store.usage(["v"]), { entries: 0, bytes: 0 });
    }
    store.add(["v", "sum"], { n: 1 }, { ttlMs: 50_000 });
    deepEqual(await store.get(["v", "sum"], Amounts), { n: 1 });
  });

  test("keeps bytes of any size", async (site) => {
    await using one = site.open();
    await using other = site.open();
    const sizes = [0, 1, 59_999, 60_000, 60_001, 780_000, 780_001, 3_000_000];
    for (const size of sizes) {
      const key = ["bytes", size];
      // A view of a larger buffer, as slices of a stream are.
      const bytes = bytesOf(size + 100_000).subarray(50_000, size + 50_000);
      one.store.putBytes(key, bytes, DAY);
      ok(isEqual(await one.store.getBytes(key), bytes), `${size} queued`);
      await one.store.flush();
      ok(isEqual(await one.store.getBytes(key), bytes), `${size} written`);
      ok(isEqual(await other.store.getBytes(key), bytes), `${size} elsewhere`);
    }
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    deepEqual(await other.store.usage(["bytes"]), { entries: 8, bytes });
  });

  test("replaces and deletes bytes and values", async (site) => {
    await using one = site.open();
    await using other = site.open();
    const { store } = one;
    for (const size of [200_000, 10, 1_000_000]) {
      store.putBytes(["b"], bytesOf(size), DAY);
      await store.flush();
      equal((await other.store.getBytes(["b"]))?.length, size);
    }
    store.put(["v"], "x", DAY);
    await store.flush();
    store.delete(["b"]);
    store.delete(["v"]);
    equal(await store.getBytes(["b"]), null);
    equal(await store.get(["v"], Text), null);
    await store.flush();
    equal(await other.store.getBytes(["b"]), null);
    equal(await other.store.get(["v"], Text), null);
    deepEqual(await store.usage([]), { entries: 0, bytes: 0 });
  });

  test("never gives the bytes of two writings mixed", async (site) => {
    await using one = site.open();
    await using other = site.open();
    const write = async (store: Store, fill: number) => {
      for (let round = 0; round < 6; round++) {
        const bytes = new Uint8Array(150_000).fill(fill);
        store.putBytes(["b"], bytes, DAY);
        await store.flush();
        const read = await store.getBytes(["b"]);
        // Between two writes there may briefly be none.
        if (read) ok(read.every((byte) => byte === read[0]));
      }
    };
    await Promise.all([write(one.store, 1), write(other.store, 2)]);
    ok(await one.store.getBytes(["b"]));
  });

  test("lists in order, a page at a time, below the prefix alone", async (site) => {
    await using one = site.open();
    const { store } = one;
    const count = 1_203;
    for (let n = 0; n < count; n++) store.put(["list", 1, n], n, DAY);
    store.put(["list", 10], -1, DAY);
    store.put(["lis"], -1, DAY);
    const seen: number[] = [];
    let after: StoreKey | undefined;
    for (;;) {
      const page = await store.list(["list", 1], z.number(), {
        limit: 600,
        ...(after ? { after } : {}),
      });
      seen.push(...page.map(({ value }) => value));
      deepEqual(page.map(({ key }) => key[2]), page.map(({ value }) => value));
      after = page.at(-1)?.key;
      if (page.length < 600) break;
    }
    deepEqual(seen, Array.from({ length: count }, (_, n) => n));
    equal((await store.list(["list", 1], z.number())).length, 1_000);
    deepEqual(await store.list(["list", 2], z.number()), []);
    const later = await store.list(["list"], z.number(), {
      after: ["list", 2],
    });
    deepEqual(later, [{ key: ["list", 10], value: -1 }]);
  });

  test("adds every amount once, whoever adds", async (site) => {
    await using one = site.open();
    await using other = site.open();
    const add = async (store: Store) => {
      for (let n = 1; n <= 40; n++) {
        store.add(["sum", "a"], { n: 1, amount: n }, DAY);
        store.add(["sum", "b"], { n: 1 }, DAY);
        if (n % 3 === 0) await store.flush();
      }
      await store.flush();
    };
    await Promise.all([add(one.store), add(other.store)]);
    deepEqual(await one.store.list(["sum"], Amounts), [
      { key: ["sum", "a"], value: { n: 80, amount: 40 * 41 } },
      { key: ["sum", "b"], value: { n: 80 } },
    ]);
    one.store.add(["sum", "a"], { n: 1, more: 0.5 }, DAY);
    deepEqual(await one.store.get(["sum", "a"], Amounts), {
      n: 81,
      amount: 1640,
      more: 0.5,
    });
    one.store.delete(["sum", "a"]);
    one.store.add(["sum", "a"], { n: 2 }, DAY);
    await one.store.flush();
    deepEqual(await other.store.get(["sum", "a"], Amounts), { n: 2 });
  });

  test("gives a lease to one at a time", async (site, clock) => {
    await using one = site.open();
    await using other = site.open();
    const key = ["lease", 1, "x"];
    const minute = { ttlMs: 60_000 };
    const claims = await Promise.all(
      [one, other, one, other].map(({ store }) => store.lease(key, minute)),
    );
    const held = claims.filter((lease) => lease !== null);
    equal(held.length, 1);
    clock.now += 59_999;
    equal(await other.store.lease(key, minute), null);
    equal(await held[0]?.renew(), true);
    clock.now += 59_999;
    equal(await other.store.lease(key, minute), null);
    clock.now += 1;
    const next = await other.store.lease(key, minute);
    ok(next);
    equal(await held[0]?.renew(), false);
    held[0]?.release(); // which it no longer holds
    await Promise.all([one.store.flush(), other.store.flush()]);
    equal(await one.store.lease(key, minute), null);
    next.release();
    await other.store.flush();
    ok(await one.store.lease(key, minute));
  });

  test("clears what is below a prefix", async (site) => {
    await using one = site.open();
    const { store } = one;
    store.putBytes(["a", 1], bytesOf(100_000), DAY);
    store.putBytes(["b", 1], bytesOf(100), DAY);
    store.put(["a", 2], "x", DAY);
    store.add(["a", 3], { n: 1 }, DAY);
    store.put(["b", 2], "x", DAY);
    await store.clear(["a"]);
    equal(await store.getBytes(["a", 1]), null);
    deepEqual(await store.usage([]), { entries: 1, bytes: 100 });
    deepEqual(await store.list([], z.unknown()), [
      { key: ["b", 2], value: "x" },
    ]);
  });

  test("takes no key and no value that the database would not", async (site) => {
    await using one = site.open();
    const { store } = one;
    const long = ["k", "k".repeat(10_000)];
    store.put(long, "x", DAY);
    store.putBytes(long, bytesOf(1), DAY);
    store.add(long, { n: 1 }, DAY);
    store.delete(long);
    store.put(["large"], "€".repeat(100_000), DAY);
    store.put(["largest"], "€".repeat(29_000), DAY);
    store.put(["key", "€".repeat(400)], "x", DAY);
    await store.flush();
    equal(await store.get(long, Text), null);
    equal(await store.getBytes(long), null);
    equal(await store.get(["large"], Text), null);
    equal((await store.get(["largest"], Text))?.length, 29_000);
    equal(await store.get(["key", "€".repeat(400)], Text), "x");
    equal(store.trouble, null);
  });

  test("is a map of what was put last", async (site) => {
    await using one = site.open();
    await using other = site.open();
    const { store } = one;
    let run = 0;
    const key = fc.constantFrom("a", "b", "c");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(
          fc.tuple(fc.constant("put"), key, fc.string()),
          fc.tuple(fc.constant("delete"), key, fc.constant("")),
          fc.tuple(fc.constant("flush"), key, fc.constant("")),
        )),
        async (steps) => {
          const prefix = ["map", ++run];
          const model = new Map<string, string>();
          for (const [step, name, value] of steps) {
            const key = [...prefix, name];
            if (step === "flush") await store.flush();
            if (step === "put") {
              store.put(key, value, DAY);
              model.set(name, value);
            }
            if (step === "delete") {
              store.delete(key);
              model.delete(name);
            }
            equal(await store.get(key, Text), model.get(name) ?? null);
          }
          const sorted = [...model].toSorted(([a], [b]) => a < b ? -1 : 1);
          const expected = sorted.map(([name, value]) => ({
            key: [...prefix, name],
            value,
          }));
          deepEqual(await store.list(prefix, Text), expected);
          deepEqual(await other.store.list(prefix, Text), expected);
        },
      ),
      { numRuns: 20 },
    );
  });
}

/** Bytes that differ from position to position. */
export function bytesOf(length: number): StoreBytes {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + index / 251));
}

function isEqual(one: StoreBytes | null, other: StoreBytes): boolean {
  return one?.length === other.length &&
    one.every((byte, index) => byte === other[index]);
}
