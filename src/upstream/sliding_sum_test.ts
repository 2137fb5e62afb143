import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { SlidingSum } from "./sliding_sum.ts";

const WINDOW_MS = 60_000;
const SLOT_MS = 3_000;
const START = 1_234;

/** Amounts, each some time after the previous one. */
const history = fc.array(
  fc.record({
    amount: fc.nat({ max: 100 }),
    laterMs: fc.oneof(fc.nat({ max: 10_000 }), fc.nat({ max: 200_000 })),
  }),
  { maxLength: 60 },
);

Deno.test("SlidingSum counts all of the window and nothing older than a slot more", () => {
  fc.assert(fc.property(history, (history) => {
    const sum = new SlidingSum(WINDOW_MS);
    const added: { amount: number; at: number }[] = [];
    let now = START;
    const since = (ms: number) =>
      added.filter(({ at }) => at > now - ms)
        .reduce((total, { amount }) => total + amount, 0);
    for (const { amount, laterMs } of history) {
      now += laterMs;
      sum.add(amount, now);
      added.push({ amount, at: now });
      const total = sum.total(now);
      ok(total >= since(WINDOW_MS) && total <= since(WINDOW_MS + SLOT_MS));
    }
  }));
});

Deno.test("SlidingSum.waitMs() says when enough has gone, not before", () => {
  fc.assert(
    fc.property(history, fc.nat({ max: 300 }), (history, atMost) => {
      const sum = new SlidingSum(WINDOW_MS);
      let now = START;
      for (const { amount, laterMs } of history) {
        sum.add(amount, now += laterMs);
      }
      const waitMs = sum.waitMs(atMost, now);
      equal(waitMs === 0, sum.total(now) <= atMost);
      if (waitMs > 0) ok(sum.total(now + waitMs - 1) > atMost);
      ok(sum.total(now + waitMs) <= atMost);
      ok(waitMs <= WINDOW_MS + SLOT_MS);
    }),
  );
});

Deno.test("SlidingSum.clear() forgets", () => {
  const sum = new SlidingSum(WINDOW_MS);
  sum.add(5, START);
  sum.clear();
  equal(sum.total(START), 0);
});
