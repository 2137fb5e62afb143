import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { type CacheOutcome, CacheUse, type CalledAnswer } from "./cache_use.ts";

Deno.test("CacheUse tells the dearest outcome of several calls", () => {
  const rows: [CacheOutcome[], CacheOutcome][] = [
    [[], "bypass"],
    [["hit"], "hit"],
    [["hit", "shared"], "shared"],
    [["hit", "miss", "shared"], "miss"],
    [["miss", "store-failed"], "store-failed"],
    [["bypass"], "bypass"],
  ];
  for (const [outcomes, told] of rows) {
    const use = new CacheUse();
    for (const outcome of outcomes) use.add({ outcome, ageMs: 0 });
    equal(use.outcome, told);
    equal(use.isFree, told === "hit" || told === "shared");
  }
});

Deno.test("CacheUse tells a hit's age in whole seconds", () => {
  const use = new CacheUse();
  use.add({ outcome: "hit", ageMs: 1_999 });
  deepEqual(use.headers(), { "x-ccproxy-cache": "hit", "age": "1" });
  const other: CalledAnswer = { outcome: "miss", ageMs: 0 };
  use.add(other);
  deepEqual(use.headers(), { "x-ccproxy-cache": "miss", "age": "0" });
  other.outcome = "shared";
  equal(use.outcome, "shared");
});
