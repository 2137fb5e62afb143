import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { openStore } from "../../tests/store_site.ts";
import { createCountCache } from "./count_cache.ts";
import { estimateTexts } from "./estimate.ts";

/** A tokenizer that counts characters, and what it was asked. */
function openSite(
  { count = (text: string): number | null => text.length } = {},
) {
  const clock = { ms: Date.now() };
  const now = () => clock.ms;
  const opened = openStore({ open: () => Deno.openKv(":memory:"), now });
  const asked: string[][] = [];
  const counter = {
    async count(texts: readonly string[]) {
      asked.push([...texts]);
      await Promise.resolve();
      return texts.map(count);
    },
  };
  const { store } = opened;
  return {
    asked,
    clock,
    store,
    start: () => createCountCache({ counter, store, ttlMs: 1_000, now }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

const LONG = "long ".repeat(1_000);

Deno.test("createCountCache() counts each text once", async () => {
  await using site = openSite();
  const count = site.start();
  equal(await count(["a", "bb", "", "a"], "o200k_base"), 4);
  equal(await count(["bb", "ccc"], "o200k_base"), 5);
  deepEqual(site.asked, [["a", "bb"], ["ccc"]]);
});

Deno.test("createCountCache() counts a text once for all who ask at the same time", async () => {
  await using site = openSite();
  const count = site.start();
  const texts = ["system", LONG, "tools"];
  const counts = await Promise.all(
    Array.from(
      { length: 50 },
      (_, i) => count([...texts, `${i}`], "o200k_base"),
    ),
  );
  equal(counts[0], 5_000 + 6 + 5 + 1);
  const all = site.asked.flat();
  equal(all.length, 53);
  equal(new Set(all).size, 53);
});

Deno.test("createCountCache() keeps the encodings apart", async () => {
  await using site = openSite();
  const count = site.start();
  await count([LONG], "o200k_base");
  await count([LONG], "cl100k_base");
  equal(site.asked.length, 2);
});

Deno.test("createCountCache() finds long texts in the store, for as long as they hold", async () => {
  await using site = openSite();
  await site.start()([LONG, "short"], "o200k_base");
  equal(await site.start()([LONG, "short"], "o200k_base"), 5_005);
  deepEqual(site.asked, [[LONG, "short"], ["short"]]);
  site.clock.ms += 1_000;
  equal(await site.start()([LONG], "o200k_base"), 5_000);
  equal(site.asked.length, 3);
});

Deno.test("createCountCache() estimates what is not counted, and asks again for it", async () => {
  await using site = openSite({ count: () => null });
  const count = site.start();
  equal(await count([LONG], "o200k_base"), estimateTexts([LONG]));
  await count([LONG], "o200k_base");
  equal(site.asked.length, 2);
});

Deno.test("createCountCache() corrects an estimate by what was counted beside it", async () => {
  await using site = openSite({
    count: (text) => text === LONG ? text.length : null,
  });
  const tokens = await site.start()([LONG, LONG + LONG], "o200k_base");
  ok(Math.abs(tokens - 15_000) < 300, `${tokens}`);
});
