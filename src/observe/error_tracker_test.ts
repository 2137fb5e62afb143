import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { aMessageRecord, aRecord } from "../../tests/builders.ts";
import { ErrorTracker } from "./error_tracker.ts";
import type { RequestRecord } from "./record.ts";

function failed(at: number, reason: string): RequestRecord {
  return aRecord({
    requestId: `req_${at}`,
    status: 529,
    outcome: "failed",
    error: { type: "overloaded_error", status: 529, reason },
    startedAt: at,
    message: aMessageRecord(),
  });
}

Deno.test("ErrorTracker.add() groups what differs by numbers and ids alone", () => {
  const tracker = new ErrorTracker();
  tracker.add(failed(1_000, "busy, try again in 1.2s (request req_8f3a)"));
  tracker.add(failed(2_000, "busy, try again in 30s (request req_99b)"));
  deepEqual(tracker.list(0), [{
    upstream: "up",
    status: 529,
    type: "overloaded_error",
    reason: "busy, try again in # (request #)",
    count: 2,
    firstSeen: 1_000,
    lastSeen: 2_000,
    requestId: "req_2000",
  }]);
});

Deno.test("ErrorTracker.list() gives the last one seen first, and none from before", () => {
  const tracker = new ErrorTracker();
  tracker.add(failed(1, "a"));
  tracker.add(failed(2, "b"));
  tracker.add(failed(3, "a"));
  const reasons = (since: number) =>
    tracker.list(since).map(({ reason }) => reason);
  deepEqual(reasons(0), ["a", "b"]);
  deepEqual(reasons(3), ["a"]);
});

Deno.test("ErrorTracker.add() takes no request that was answered", () => {
  const tracker = new ErrorTracker();
  tracker.add({ ...failed(1, "a"), error: null });
  deepEqual(tracker.list(0), []);
});

Deno.test("ErrorTracker.add() forgets the cause longest unseen", () => {
  const tracker = new ErrorTracker();
  const letters = (n: number) =>
    n.toString().split("").map((d) => "abcdefghij"[Number(d)]).join("");
  for (let n = 0; n < 600; n++) tracker.add(failed(n, letters(n)));
  const groups = tracker.list(0);
  equal(groups.length, 500);
  ok(groups.every(({ lastSeen }) => lastSeen >= 100));
});
