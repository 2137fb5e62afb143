import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { ApiError, type ErrorType } from "../anthropic/errors.ts";
import {
  DEFAULT_RETRY,
  isForClient,
  retryDelay,
  toFinalError,
} from "./retry.ts";

const policies = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 10 }),
  baseMs: fc.nat({ max: 60_000 }),
  maxMs: fc.nat({ max: 600_000 }),
});
const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.integer({ min: 1, max: 20 });
/** How long an attempt took: no time. */
const tookMs = 0;

const overloaded = (retryAfterSeconds?: number) =>
  new ApiError(
    "overloaded_error",
    "busy",
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );

Deno.test("retryDelay() stays within the longest wait", () => {
  fc.assert(fc.property(
    policies,
    jitters,
    attempts,
    fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
    (policy, jitter, attempt, asked) => {
      const delay = retryDelay(overloaded(asked), {
        attempt,
        jitter,
        tookMs,
        policy,
      });
      ok(delay === null || (delay >= 0 && delay <= policy.maxMs));
    },
  ));
});

Deno.test("retryDelay() gives up after the last attempt, whatever went wrong", () => {
  fc.assert(fc.property(
    policies,
    jitters,
    fc.nat({ max: 10 }),
    fc.constantFrom(undefined, 0, 0.001),
    (policy, jitter, more, asked) => {
      const attempt = policy.maxAttempts + more;
      const error = overloaded(asked);
      equal(retryDelay(error, { attempt, jitter, tookMs, policy }), null);
    },
  ));
});

Deno.test("retryDelay() waits as long as the upstream asks, or leaves it to the client", () => {
  fc.assert(fc.property(
    policies,
    jitters,
    attempts,
    fc.double({ min: 0, max: 1_000, noNaN: true }),
    (policy, jitter, attempt, asked) => {
      const delay = retryDelay(overloaded(asked), {
        attempt,
        jitter,
        tookMs,
        policy,
      });
      const mayWait = attempt < policy.maxAttempts &&
        asked * 1000 <= policy.maxMs;
      equal(delay, mayWait ? asked * 1000 : null);
    },
  ));
});

Deno.test("retryDelay() doubles its window with each attempt", () => {
  const policy = { ...DEFAULT_RETRY, maxAttempts: 6 };
  const windows = [1, 2, 3, 4, 5].map((attempt) =>
    retryDelay(overloaded(), { attempt, jitter: 0.5, tookMs, policy })
  );
  equal(windows.join(), "250,500,1000,2000,2500");
});

Deno.test("retryDelay() waits a moment by default", () => {
  const options = { jitter: 0.999, tookMs, policy: DEFAULT_RETRY };
  ok((retryDelay(overloaded(), { attempt: 1, ...options }) ?? 0) < 500);
  equal(retryDelay(overloaded(), { attempt: 3, ...options }), null);
});

/** Error type, status if not the type's default, whether to retry. */
const ERRORS: [ErrorType, number | undefined, boolean][] = [
  ["invalid_request_error", undefined, false],
  ["invalid_request_error", 422, false],
  ["authentication_error", undefined, false],
  ["billing_error", undefined, false],
  ["permission_error", undefined, false],
  ["not_found_error", undefined, false],
  ["request_too_large", undefined, false],
  ["not_supported", undefined, false],
  ["timeout_error", 408, true],
  ["conflict_error", undefined, true],
  ["rate_limit_error", undefined, true],
  ["api_error", undefined, true],
  ["api_error", 502, true],
  ["timeout_error", undefined, true],
  ["overloaded_error", undefined, true],
];

for (const [type, status, expected] of ERRORS) {
  const options = { attempt: 1, jitter: 0.5, tookMs, policy: DEFAULT_RETRY };
  const given = status === undefined ? {} : { status };
  const error = new ApiError(type, "m", given);
  const promise = expected ? "tries again after" : "returns null for";
  Deno.test(`retryDelay() ${promise} a ${error.status} ${type}`, () => {
    equal(retryDelay(error, options) !== null, expected);
    const final = new ApiError(type, "m", { ...given, shouldRetry: false });
    equal(retryDelay(final, options), null);
  });
}

Deno.test("retryDelay() returns null for what is no ApiError", () => {
  const options = { attempt: 1, jitter: 0.5, tookMs, policy: DEFAULT_RETRY };
  for (const thrown of [new TypeError("bug"), "text", null, undefined]) {
    equal(retryDelay(thrown, options), null);
  }
});

Deno.test("retryDelay() returns null for a failure that was long in coming", () => {
  const options = { attempt: 1, jitter: 0.5, policy: DEFAULT_RETRY };
  ok(retryDelay(overloaded(), { ...options, tookMs: 30_000 }) !== null);
  equal(retryDelay(overloaded(), { ...options, tookMs: 30_001 }), null);
});

/**
 * Error type, status, whether something other than the upstream may be at
 * fault.
 */
const FINAL: [ErrorType, number | undefined, boolean][] = [
  ["rate_limit_error", undefined, false],
  ["overloaded_error", undefined, false],
  ["api_error", 502, false],
  ["api_error", 503, false],
  ["timeout_error", undefined, false],
  ["api_error", undefined, true],
  ["conflict_error", undefined, true],
  ["timeout_error", 408, true],
  ["invalid_request_error", undefined, false],
  ["not_supported", undefined, false],
  ["api_error", 499, false],
];

const HEALTHS = [true, false].flatMap((isOutage) =>
  [true, false].map((worksForOthers) => ({ isOutage, worksForOthers }))
);

for (const [type, status, isOfRequest] of FINAL) {
  const error = new ApiError(type, "m", { status });
  const promise = isOfRequest
    ? "forbids to repeat, while others are accepted,"
    : "never forbids to repeat";
  Deno.test(`toFinalError() ${promise} a ${error.status} ${type}`, () => {
    for (const health of HEALTHS) {
      const expected = isOfRequest && health.worksForOthers ? false : undefined;
      equal(toFinalError(error, health).shouldRetry, expected);
    }
  });
}

Deno.test("toFinalError() lets the client wait a minute, not longer", () => {
  for (const health of HEALTHS) {
    const told = (seconds: number) =>
      toFinalError(overloaded(seconds), health).shouldRetry;
    equal(told(60), undefined);
    equal(told(61), false);
  }
});

Deno.test("toFinalError() keeps the upstream's own word", () => {
  for (const health of HEALTHS) {
    for (const shouldRetry of [true, false]) {
      const error = new ApiError("api_error", "m", { shouldRetry });
      equal(toFinalError(error, health).shouldRetry, shouldRetry);
      equal(isForClient(error, health), shouldRetry);
    }
  }
});

Deno.test("toFinalError() makes the two tries after an overload last half a minute", () => {
  const worksForOthers = false;
  const wait = (isOutage: boolean, asked?: number) =>
    toFinalError(overloaded(asked), { isOutage, worksForOthers })
      .retryAfterSeconds;
  deepEqual([wait(false), wait(true)], [5, 30]);
  equal(wait(true, 2), 2, "the upstream knows better");
});

Deno.test("toFinalError() leaves each error to one who repeats it", () => {
  const errors = fc.record({
    status: fc.integer({ min: 400, max: 599 }),
    asked: fc.option(fc.nat({ max: 200 }), { nil: undefined }),
    shouldRetry: fc.constantFrom(undefined, true, false),
  });
  fc.assert(
    fc.property(errors, fc.constantFrom(...HEALTHS), (given, health) => {
      const { status, asked, shouldRetry } = given;
      const error = new ApiError("api_error", "m", {
        status,
        shouldRetry,
        retryAfterSeconds: asked,
      });
      const told = toFinalError(error, health);
      equal(told.message, error.message);
      if (asked !== undefined) equal(told.retryAfterSeconds, asked);
      const options = { attempt: 1, jitter: 0, tookMs };
      const policy = { ...DEFAULT_RETRY, maxMs: Infinity };
      const isOurs = retryDelay(error, { ...options, policy }) !== null;
      // What we retried and the client must not, it is told.
      equal(
        told.shouldRetry === false && shouldRetry !== false,
        isOurs && !isForClient(error, health),
      );
    }),
  );
});
