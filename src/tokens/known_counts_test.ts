import { strictEqual as equal } from "node:assert";
import { KnownCounts } from "./known_counts.ts";

function aTable(maxTexts = 3, maxChars = 100) {
  const clock = { ms: 0 };
  const now = () => clock.ms;
  const known = new KnownCounts({ ttlMs: 10, now, maxTexts, maxChars });
  return { known, clock };
}

Deno.test("KnownCounts.get() gives a count until its time is over", () => {
  const { known, clock } = aTable();
  known.set("a", 1);
  clock.ms = 9;
  equal(known.get("a"), 1);
  clock.ms = 10;
  equal(known.get("a"), undefined);
  equal(known.get("b"), undefined);
});

Deno.test("KnownCounts.set() drops what was not asked for the longest time", () => {
  const { known } = aTable();
  for (const text of ["a", "b", "c"]) known.set(text, 1);
  known.get("a");
  known.set("d", 1);
  equal(known.get("b"), undefined);
  equal(known.get("a"), 1);
});

Deno.test("KnownCounts.set() keeps no more characters than it may", () => {
  const { known } = aTable();
  known.set("a".repeat(60), 1);
  known.set("a".repeat(60), 2); // the same text counts once
  known.set("b".repeat(40), 3);
  equal(known.get("a".repeat(60)), 2);
  known.set("c".repeat(41), 4);
  equal(known.get("b".repeat(40)), undefined);
  known.set("d".repeat(101), 5);
  equal(known.get("d".repeat(101)), undefined);
  known.set("e", 6);
  equal(known.get("e"), 6);
});
