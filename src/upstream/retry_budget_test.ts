import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { RetryBudget } from "./retry_budget.ts";

/** Takes retries until none is left. */
function takeAll(budget: RetryBudget, now: number): number {
  let taken = 0;
  while (budget.take(now)) taken++;
  return taken;
}

Deno.test("RetryBudget never gives more than a tenth of a minute's calls and ten", () => {
  const steps = fc.array(
    fc.record({
      what: fc.constantFrom("call", "calls", "take", "all"),
      laterMs: fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 90_000 })),
    }),
    { maxLength: 100, size: "max" },
  );
  fc.assert(fc.property(steps, (steps) => {
    const budget = new RetryBudget();
    const calls: number[] = [];
    const retries: number[] = [];
    let now = 0;
    for (const { what, laterMs } of steps) {
      now += laterMs;
      for (let n = 0; n < (what === "calls" ? 25 : 1); n++) {
        if (!what.startsWith("call")) break;
        budget.called(now);
        calls.push(now);
      }
      const taken = what === "all"
        ? takeAll(budget, now)
        : what === "take"
        ? Number(budget.take(now))
        : 0;
      for (let n = 0; n < taken; n++) retries.push(now);
      if (taken === 0) continue;
      // A call counts up to one slot (3 s) longer than the minute.
      const since = (list: number[], ms: number) =>
        list.filter((at) => at > now - ms).length;
      ok(since(retries, 60_000) <= 10 + since(calls, 63_000) / 10);
    }
  }));
});

Deno.test("RetryBudget gives a single user ten retries a minute", () => {
  const budget = new RetryBudget();
  equal(takeAll(budget, 0), 10);
  equal(takeAll(budget, 59_000), 0);
  equal(takeAll(budget, 63_000), 10);
});

Deno.test("RetryBudget gives one more for every ten calls", () => {
  const budget = new RetryBudget();
  for (let call = 0; call < 1_005; call++) budget.called(0);
  equal(takeAll(budget, 0), 110);
});

Deno.test("RetryBudget gives none during an outage, until a call is accepted", () => {
  const budget = new RetryBudget();
  budget.gaveUp(0);
  equal(budget.take(0), false);
  equal(budget.take(59_999), false);
  budget.accepted(59_999);
  equal(budget.take(59_999), true);
  deepEqual(
    [59_998, 59_999, 60_000].map((since) => budget.wasAccepted(since)),
    [
      true,
      true,
      false,
    ],
  );
});

Deno.test("RetryBudget holds an outage for over when nobody has asked for a minute", () => {
  const budget = new RetryBudget();
  budget.gaveUp(0);
  equal(budget.take(60_000), true);
});
