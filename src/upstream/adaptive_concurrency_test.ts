import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { AdaptiveConcurrency } from "./adaptive_concurrency.ts";

Deno.test("AdaptiveConcurrency limits nothing before the first refusal", () => {
  const adaptive = new AdaptiveConcurrency();
  equal(adaptive.limit(0), Infinity);
  equal(adaptive.waitMs(1_000_000, 0), 0);
});

Deno.test("AdaptiveConcurrency halves at once and rises by one every five seconds", () => {
  const adaptive = new AdaptiveConcurrency();
  adaptive.refused({ inFlight: 20, startedAt: 0 }, 1_000);
  equal(adaptive.limit(1_000), 10);
  equal(adaptive.limit(5_999), 10);
  equal(adaptive.limit(6_000), 11);
  equal(adaptive.limit(61_000), 22);
});

Deno.test("AdaptiveConcurrency is lowered once by requests that went together", () => {
  const adaptive = new AdaptiveConcurrency();
  for (let request = 0; request < 20; request++) {
    adaptive.refused({ inFlight: 20 - request, startedAt: 0 }, 1_000 + request);
  }
  equal(adaptive.limit(1_020), 10);
  adaptive.refused({ inFlight: 10, startedAt: 1_500 }, 2_000);
  equal(adaptive.limit(2_000), 5);
});

Deno.test("AdaptiveConcurrency always lets one go, and says when the next may", () => {
  const refusals = fc.array(
    fc.record({
      inFlight: fc.integer({ min: 1, max: 50 }),
      laterMs: fc.nat({ max: 60_000 }),
      tookMs: fc.nat({ max: 20_000 }),
    }),
    { minLength: 1 },
  );
  fc.assert(fc.property(refusals, fc.nat({ max: 60 }), (refusals, inFlight) => {
    const adaptive = new AdaptiveConcurrency();
    let now = 20_000;
    for (const { inFlight, laterMs, tookMs } of refusals) {
      now += laterMs;
      adaptive.refused({ inFlight, startedAt: now - tookMs }, now);
      ok(adaptive.limit(now) >= 1);
    }
    const waitMs = adaptive.waitMs(inFlight, now);
    equal(waitMs === 0, inFlight < adaptive.limit(now));
    ok(inFlight < adaptive.limit(now + waitMs));
    if (waitMs > 0) ok(inFlight >= adaptive.limit(now + waitMs - 1));
  }));
});
