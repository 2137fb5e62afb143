import { ok, strictEqual as equal } from "node:assert";
import type { ErrorType } from "../anthropic/errors.ts";
import type { UpstreamLimits } from "../models/upstream_limits.ts";
import { BREAKER, Breaker } from "./breaker.ts";
import { chooseLane, type Lane, restOf } from "./lane.ts";
import { Limiter } from "./limiter.ts";

const NOW = 10_000;

interface Given {
  limits?: UpstreamLimits;
  /** Requests in flight. */
  inFlight?: number;
  rest?: { ms: number; type: ErrorType };
  /** Whether it has opened at `NOW`. */
  isOpen?: boolean;
}

function lane(
  { limits = {}, inFlight = 0, rest, isOpen = false }: Given = {},
): Lane {
  const limiter = new Limiter(limits);
  for (let n = 0; n < inFlight; n++) limiter.enter(0, NOW);
  const breaker = new Breaker(BREAKER);
  for (let n = 0; isOpen && n < BREAKER.minCalls; n++) {
    breaker.enter(NOW).end({ verdict: "failure" }, NOW);
  }
  return {
    url: "https://u/v1",
    model: "m",
    key: null,
    keyNumber: 1,
    seed: 0,
    limiter,
    breaker,
    rest: rest ? { until: NOW + rest.ms, type: rest.type } : null,
  };
}

const choose = (...lanes: Lane[]) =>
  chooseLane(lanes, { upstream: "u", tokens: 10, maxRestMs: 5_000 }, NOW);

const LIMITED = "rate_limit_error", REFUSED = "authentication_error";
const full = { limits: { concurrency: 1 }, inFlight: 1 };

Deno.test("chooseLane() takes the first that is open", () => {
  const first = lane();
  const second = lane();
  equal(choose(first, second).lane, first);
  equal(choose(lane({ isOpen: true }), second).lane, second);
  equal(choose(lane({ rest: { ms: 1, type: LIMITED } }), second).lane, second);
  equal(choose(lane(full), second).lane, second);
});

Deno.test("chooseLane() takes a lane whose rest is over", () => {
  const rested = lane({ rest: { ms: 0, type: REFUSED } });
  equal(restOf(rested, NOW), 0);
  equal(choose(rested).lane, rested);
});

Deno.test("chooseLane() waits for a place, and for a rest that is short", () => {
  equal(choose(lane(full)).waitMs, Infinity);
  equal(choose(lane({ rest: { ms: 5_000, type: LIMITED } })).waitMs, 5_000);
  const limits = { requestsPerMinute: 1 };
  ok((choose(lane({ limits, inFlight: 1 })).waitMs ?? 0) >= 60_000);
  const short = lane({ rest: { ms: 2_000, type: LIMITED } });
  equal(choose(lane(full), short).waitMs, 2_000);
  equal(
    choose(lane({ ...full, rest: { ms: 1, type: LIMITED } })).waitMs,
    Infinity,
  );
});

Deno.test("chooseLane() waits for no breaker and no long rest", () => {
  const open = choose(lane({ isOpen: true })).error;
  equal(open?.status, 503);
  equal(open?.retryAfterSeconds, 5);
  equal(open?.shouldRetry, undefined);
  equal(open?.message, "Upstream u keeps failing and is asked again in 5 s");

  const limited = choose(lane({ rest: { ms: 5_001, type: LIMITED } })).error;
  equal(limited?.status, 429);
  equal(limited?.retryAfterSeconds, 5.001);
  equal(limited?.message, "Upstream u has limited every key; try again in 6 s");

  const refused = choose(lane({ rest: { ms: 60_000, type: REFUSED } })).error;
  equal(refused?.status, 401);
  equal(refused?.retryAfterSeconds, 60);
  equal(refused?.shouldRetry, false);
});

Deno.test("chooseLane() tells of the lane that opens first, of a refused key last", () => {
  const long = lane({ rest: { ms: 60_000, type: LIMITED } });
  const short = lane({ rest: { ms: 20_000, type: LIMITED } });
  const refused = lane({ rest: { ms: 10_000, type: REFUSED } });
  const open = lane({ isOpen: true });
  equal(choose(long, short, refused).error?.retryAfterSeconds, 20);
  equal(choose(long, refused, open).error?.status, 503);
  equal(choose(refused, long).error?.status, 429);
  equal(choose(refused, refused).error?.status, 401);
});

Deno.test("chooseLane() calls a lane open that is half-open, for a few", () => {
  const halfOpen = lane({ isOpen: true });
  const later = NOW + BREAKER.cooldownMs;
  const wish = { upstream: "u", tokens: 0, maxRestMs: 0 };
  for (let probe = 0; probe < BREAKER.maxProbes; probe++) {
    equal(chooseLane([halfOpen], wish, later).lane, halfOpen);
    halfOpen.breaker.enter(later);
  }
  equal(chooseLane([halfOpen], wish, later).error?.status, 503);
});
