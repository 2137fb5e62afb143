import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { Limiter } from "./limiter.ts";

const limits = fc.record({
  concurrency: fc.integer({ min: 1, max: 5 }),
  requestsPerMinute: fc.integer({ min: 1, max: 30 }),
  tokensPerMinute: fc.integer({ min: 1, max: 5_000 }),
}, { requiredKeys: [] });

const steps = fc.array(
  fc.record({
    laterMs: fc.oneof(fc.nat({ max: 3_000 }), fc.nat({ max: 70_000 })),
    tokens: fc.integer({ min: 1, max: 1_000 }),
    leaves: fc.nat({ max: 3 }),
  }),
  { size: "max", maxLength: 100 },
);

Deno.test("Limiter lets no more go in any minute, or at once, than is allowed", () => {
  fc.assert(fc.property(limits, steps, (limits, steps) => {
    const limiter = new Limiter(limits);
    const gone: { at: number; tokens: number }[] = [];
    let now = 0;
    for (const { laterMs, tokens, leaves } of steps) {
      now += laterMs;
      for (let n = 0; n < leaves && limiter.inFlight > 0; n++) limiter.leave();
      if (limiter.waitMs(tokens, now) > 0) continue;
      limiter.enter(tokens, now);
      gone.push({ at: now, tokens });
      ok(limiter.inFlight <= (limits.concurrency ?? Infinity));
      const minute = gone.filter(({ at }) => at > now - 60_000);
      ok(minute.length <= (limits.requestsPerMinute ?? Infinity));
      const sum = minute.reduce((sum, { tokens }) => sum + tokens, 0);
      const { tokensPerMinute = Infinity } = limits;
      ok(sum <= tokensPerMinute || (minute.length === 1), `${sum} tokens`);
    }
  }));
});

Deno.test("Limiter.waitMs() is over when it says, unless all places are taken", () => {
  fc.assert(fc.property(limits, steps, (limits, steps) => {
    const limiter = new Limiter(limits);
    let now = 0;
    for (const { laterMs, tokens, leaves } of steps) {
      now += laterMs;
      for (let n = 0; n < leaves && limiter.inFlight > 0; n++) limiter.leave();
      const waitMs = limiter.waitMs(tokens, now);
      if (waitMs === Infinity) {
        equal(limiter.inFlight, limits.concurrency);
        continue;
      }
      now += waitMs;
      equal(limiter.waitMs(tokens, now), 0);
      limiter.enter(tokens, now);
    }
  }));
});

Deno.test("Limiter lets everything go where nothing is limited", () => {
  const limiter = new Limiter({});
  for (let request = 0; request < 10_000; request++) {
    equal(limiter.waitMs(1_000_000, 0), 0);
    limiter.enter(1_000_000, 0);
  }
});

Deno.test("Limiter lets a request larger than the minute's tokens go alone", () => {
  const limiter = new Limiter({ tokensPerMinute: 100 });
  limiter.enter(10, 0);
  ok(limiter.waitMs(1_000, 0) >= 60_000);
  equal(limiter.waitMs(1_000, 63_000), 0);
});

Deno.test("Limiter takes refusals as a sign of too many at once", () => {
  const limiter = new Limiter({ concurrency: 100 });
  for (let request = 0; request < 8; request++) limiter.enter(0, 0);
  equal(limiter.concurrency(0), 100);
  limiter.refused(0, 0);
  limiter.leave();
  equal(limiter.concurrency(0), 4);
  equal(limiter.waitMs(0, 0), 20_000, "7 under way: the eighth after 4 rises");
});
