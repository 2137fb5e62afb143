import { strictEqual as equal } from "node:assert";
import { KnownCounts } from "./known_counts.ts";

function aTable(maxTexts = 4, maxChars = 100) {
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

Deno.test("KnownCounts.set() drops what was not asked for in a long time", () => {
  const { known } = aTable();
  for (const text of ["a", "b", "c", "d"]) known.set(text, 1);
  equal(known.get("a"), 1); // because it is asked for, it stays
  for (const text of ["e", "f"]) known.set(text, 1);
  equal(known.get("b"), undefined);
  equal(known.get("a"), 1);
});

Deno.test("KnownCounts.set() keeps no more characters than it may", () => {
  const { known } = aTable();
  known.set("a".repeat(40), 1);
  known.set("a".repeat(40), 2); // the same text counts once
  known.set("b".repeat(10), 3);
  equal(known.get("a".repeat(40)), 2);
  for (const letter of ["c", "d"]) known.set(letter.repeat(45), 4);
  equal(known.get("a".repeat(40)), undefined);
  equal(known.get("d".repeat(45)), 4);
  known.set("e".repeat(51), 5);
  equal(known.get("e".repeat(51)), undefined);
  equal(known.get("d".repeat(45)), 4);
});
