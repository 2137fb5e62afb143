import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { aMessageRecord, aRecord } from "../../tests/builders.ts";
import { ALERTS, AlertWatch } from "./alerts.ts";
import type { RequestRecord } from "./record.ts";

/** A message that ended at `at`. */
function message(
  at: number,
  { status = 200, firstEventMs = 100 }: {
    status?: number;
    firstEventMs?: number;
  } = {},
): RequestRecord {
  return aRecord({
    status,
    outcome: status === 200 ? "finished" : "failed",
    error: status === 200 ? null : { type: "api_error", status, reason: "" },
    startedAt: at,
    message: aMessageRecord({ firstEventMs }),
  });
}

const topics = (alerts: { topic: string; isOver: boolean }[]) =>
  alerts.map(({ topic, isOver }) => `${topic}${isOver ? " over" : ""}`);

Deno.test("AlertWatch tells of an outage once, and once when it is over", () => {
  const watch = new AlertWatch(ALERTS);
  for (let at = 0; at < 30; at++) watch.add(message(at, { status: 502 }));
  const [alert] = watch.check(30);
  deepEqual(alert, {
    topic: "errors",
    isOver: false,
    text: "30 of 30 messages in 5 min failed",
  });
  deepEqual(watch.check(31), []);
  for (let at = 40; at < 240; at++) watch.add(message(at));
  deepEqual(topics(watch.check(240)), ["errors over"]);
  deepEqual(watch.check(241), []);
});

Deno.test("AlertWatch calls nobody for a few messages, or for clients' mistakes", () => {
  const watch = new AlertWatch(ALERTS);
  for (let at = 0; at < 19; at++) watch.add(message(at, { status: 502 }));
  deepEqual(watch.check(20), []);
  const other = new AlertWatch(ALERTS);
  for (let at = 0; at < 99; at++) other.add(message(at, { status: 400 }));
  deepEqual(other.check(100), []);
});

Deno.test("AlertWatch repeats what goes on for long", () => {
  const watch = new AlertWatch(ALERTS);
  let told = 0;
  for (let at = 0; at < 150 * 60_000; at += 10_000) {
    watch.add(message(at, { status: 503 }));
    told += watch.check(at).length;
  }
  equal(told, 3);
});

Deno.test("AlertWatch tells of answers that are long in coming", () => {
  const watch = new AlertWatch(ALERTS);
  for (let at = 0; at < 40; at++) {
    watch.add(message(at, { firstEventMs: 61_000 }));
  }
  deepEqual(topics(watch.check(40)), ["latency"]);
  deepEqual(topics(watch.check(10 * 60_000)), ["latency over"]);
});

Deno.test("AlertWatch.breaker() tells of opening and closing, each once", () => {
  const watch = new AlertWatch(ALERTS);
  const tell = (isOpen: boolean, now: number, key = 1) =>
    topics(watch.breaker({ target: "up/m", key, isOpen, now }));
  deepEqual(tell(false, 0), []);
  deepEqual(tell(true, 1), ["breaker up/m"]);
  deepEqual(tell(true, 2), []);
  deepEqual(tell(true, 3, 2), []);
  deepEqual(tell(false, 4), [], "its other key still fails");
  deepEqual(tell(false, 5, 2), ["breaker up/m over"]);
  deepEqual(tell(true, 6), ["breaker up/m"]);
});

Deno.test("AlertWatch never ends what it has not begun", () => {
  const step = fc.record({
    pauseMs: fc.nat(200_000),
    status: fc.constantFrom(200, 200, 400, 502, 429),
    firstEventMs: fc.nat(120_000),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
    const watch = new AlertWatch(ALERTS);
    const going = new Set<string>();
    let now = 0;
    for (const { pauseMs, status, firstEventMs } of steps) {
      now += pauseMs;
      watch.add(message(now, { status, firstEventMs }));
      for (const { topic, isOver } of watch.check(now)) {
        if (isOver) ok(going.delete(topic));
        else going.add(topic);
      }
    }
  }));
});
