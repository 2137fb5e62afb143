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
  const recent = new RecentAnswers(() => now);
  const gone: string[] = [];
  return {
    recent,
    gone,
    put: (key: string, answer: StoredAnswer, ttlMs: number) =>
      recent.put(key, answer, { ttlMs, onGone: () => gone.push(key) }),
    pass: (ms: number) => void (now += ms),
  };
}

/** An answer whose body takes as much memory. */
function bytes(memoryBytes: number): StoredAnswer {
  const body = new Recording();
  Object.defineProperty(body, "memoryBytes", { value: memoryBytes });
  return { contentType: null, createdAt: 0, tookMs: 0, length: 0, body };
}

Deno.test("RecentAnswers gives back what was put, until it expires", () => {
  const { recent, put, pass } = start();
  put("a", bytes(5), 2_000);
  equal(recent.get("a")?.body.memoryBytes, 5);
  equal(recent.get("b"), null);
  pass(1_999);
  equal(recent.get("a")?.body.memoryBytes, 5);
  pass(1);
  equal(recent.get("a"), null);
});

Deno.test("RecentAnswers keeps nothing for longer than a minute", () => {
  const { recent, put, pass } = start();
  put("a", bytes(5), 3_600_000);
  pass(60_000);
  equal(recent.get("a"), null);
});

Deno.test("RecentAnswers counts what it holds, and forgets what has expired", () => {
  const { recent, put, pass } = start();
  put("a", bytes(5), 60_000);
  put("a", bytes(7), 60_000);
  put("b", bytes(1), 60_000);
  deepEqual(recent.usage, { entries: 2, bytes: 8 });
  pass(60_000);
  put("c", bytes(2), 60_000);
  deepEqual(recent.usage, { entries: 1, bytes: 2 });
  recent.clear();
  deepEqual(recent.usage, { entries: 0, bytes: 0 });
});

Deno.test("RecentAnswers lets go what was not read for the longest time", () => {
  const { recent, put } = start();
  for (const key of ["a", "b", "c"]) put(key, bytes(20 * MIB), 60_000);
  recent.get("a");
  put("d", bytes(20 * MIB), 60_000);
  deepEqual(
    ["a", "b", "c", "d"].map((key) => recent.get(key) !== null),
    [true, false, true, true],
  );
});

Deno.test("RecentAnswers tells when an answer is gone, once, however it goes", () => {
  const { recent, put, pass, gone } = start();
  put("replaced", bytes(1), 60_000);
  put("replaced", bytes(1), 60_000);
  put("expired", bytes(1), 1_000);
  put("kept", bytes(1), 60_000);
  deepEqual(gone, ["replaced"]);
  pass(1_000);
  recent.get("expired");
  recent.get("kept");
  deepEqual(gone, ["replaced", "expired"]);
  put("large", bytes(64 * MIB), 60_000);
  deepEqual(gone.slice(2), ["replaced", "kept"]);
  recent.clear();
  deepEqual(gone.slice(4), ["large"]);
});
