import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { TokenBuckets } from "./token_bucket.ts";

Deno.test("TokenBuckets.take() gives a burst, then says how long to wait", () => {
  let now = 0;
  const buckets = new TokenBuckets({ perMinute: 60, burst: 2 }, () => now);
  equal(buckets.take("a"), 0);
  equal(buckets.take("a"), 0);
  equal(buckets.take("a"), 1_000);
  equal(buckets.take("b"), 0);
  now = 1_000;
  equal(buckets.take("a"), 0);
  ok(buckets.take("a") > 0);
});

Deno.test("TokenBuckets.take() never gives more than the rate and one burst", () => {
  const steps = fc.array(fc.nat(5_000), { maxLength: 200 });
  fc.assert(fc.property(steps, (pauses) => {
    let now = 0;
    const buckets = new TokenBuckets({ perMinute: 30, burst: 4 }, () => now);
    let taken = 0;
    for (const pauseMs of pauses) {
      now += pauseMs;
      if (buckets.take("a") === 0) taken++;
      ok(taken <= 4 + now / 2_000 + 1e-6);
    }
  }));
});

Deno.test("TokenBuckets.take() says a wait after which there is a token", () => {
  fc.assert(fc.property(fc.nat(100_000), (pauseMs) => {
    let now = 0;
    const buckets = new TokenBuckets({ perMinute: 7, burst: 1 }, () => now);
    buckets.take("a");
    now += pauseMs;
    const waitMs = buckets.take("a");
    now += Math.ceil(waitMs);
    if (waitMs > 0) equal(buckets.take("a"), 0);
  }));
});

Deno.test("TokenBuckets.take() forgets the client longest silent", () => {
  const buckets = new TokenBuckets({ perMinute: 1, burst: 1 }, () => 0);
  buckets.take("first");
  for (let client = 0; client < 10_000; client++) buckets.take(`c${client}`);
  equal(buckets.take("first"), 0);
  ok(buckets.take("c9999") > 0);
});
