import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { Recording } from "./recording.ts";
import { RecentAnswers } from "./recent_answers.ts";
import type { StoredAnswer } from "./stored_answer.ts";

const MIB = 1024 * 1024;

function start() {
  let now = 1_000;
  return {
    recent: new RecentAnswers(() => now),
    pass: (ms: number) => void (now += ms),
  };
}

/** An answer whose body takes this much memory. */
function bytes(memoryBytes: number): StoredAnswer {
  const body = new Recording();
  Object.defineProperty(body, "memoryBytes", { value: memoryBytes });
  return { contentType: null, createdAt: 0, tookMs: 0, length: 0, body };
}

Deno.test("RecentAnswers gives back what was put, until it expires", () => {
  const { recent, pass } = start();
  recent.put("a", bytes(5), 2_000);
  equal(recent.get("a")?.body.memoryBytes, 5);
  equal(recent.get("b"), null);
  pass(1_999);
  equal(recent.get("a")?.body.memoryBytes, 5);
  pass(1);
  equal(recent.get("a"), null);
});

Deno.test("RecentAnswers keeps nothing for longer than a minute", () => {
  const { recent, pass } = start();
  recent.put("a", bytes(5), 3_600_000);
  pass(60_000);
  equal(recent.get("a"), null);
});

Deno.test("RecentAnswers counts what it holds, and forgets what has expired", () => {
  const { recent, pass } = start();
  recent.put("a", bytes(5), 60_000);
  recent.put("a", bytes(7), 60_000);
  recent.put("b", bytes(1), 60_000);
  deepEqual(recent.usage, { entries: 2, bytes: 8 });
  pass(60_000);
  recent.put("c", bytes(2), 60_000);
  deepEqual(recent.usage, { entries: 1, bytes: 2 });
  recent.clear();
  deepEqual(recent.usage, { entries: 0, bytes: 0 });
});

Deno.test("RecentAnswers lets go what was not read for the longest time", () => {
  const { recent } = start();
  for (const key of ["a", "b", "c"]) recent.put(key, bytes(20 * MIB), 60_000);
  recent.get("a");
  recent.put("d", bytes(20 * MIB), 60_000);
  deepEqual(
    ["a", "b", "c", "d"].map((key) => recent.get(key) !== null),
    [true, false, true, true],
  );
});
