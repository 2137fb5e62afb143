import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import { ApiError, clientGone, type ErrorType } from "../anthropic/errors.ts";
import { plain } from "../dialects/plain.ts";
import { toTarget, type Upstream } from "../models/select_target.ts";
import { Secret } from "../secret.ts";
import { NO_HINTS } from "../../tests/builders.ts";
import { createGate } from "./gate.ts";
import { Retries, type Retry } from "./retries.ts";

/** A call to an upstream with these keys. */
function setUp(...keys: string[]) {
  const upstream: Upstream = {
    name: "u",
    url: "https://u/v1",
    keys: keys.map((key) => new Secret(key)),
    api: "chat",
    dialect: plain,
  };
  const all = createGate({
    now: () => 0,
    maxRestMs: 5_000,
    onChange() {},
    hints: NO_HINTS,
  });
  const gate = all.of(upstream);
  const abort = new AbortController();
  const call = {
    target: toTarget(upstream, "m"),
    sessionId: "s",
    inputTokens: 1,
    abort,
  };
  const policy = { maxAttempts: 3, baseMs: 1_000, maxMs: 5_000 };
  const retries = new Retries({ call, gate, policy, random: () => 0.5 });
  return {
    gate,
    call,
    abort,
    retries,
    /** An attempt fails with `error`; returns what follows. */
    async fail(error: ApiError): Promise<Retry> {
      const pass = await gate.enter(call, retries.except);
      pass.settle(error);
      pass.leave();
      return retries.after({ pass, error, tookMs: 0 });
    },
    restMs: () =>
      all.snapshot()[0]?.models[0]?.lanes.map(({ restMs }) => restMs),
  };
}

function error(type: ErrorType, retryAfterSeconds?: number): ApiError {
  return new ApiError(type, "m", { retryAfterSeconds });
}

/** The error that is thrown. */
async function thrown(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}

Deno.test("Retries waits a random part of a window that doubles, then gives up", async () => {
  const { fail } = setUp("a");
  const busy = new ApiError("api_error", "m", { status: 502 });
  deepEqual(await fail(busy), { attempt: 1, delayMs: 500, error: busy });
  deepEqual(await fail(busy), { attempt: 2, delayMs: 1_000, error: busy });
  equal(await thrown(fail(busy)), busy);
});

Deno.test("Retries goes through the keys at once, then waits for the first of them", async () => {
  const { fail, retries } = setUp("a", "b");
  const first = await fail(error("rate_limit_error", 3));
  equal(first.delayMs, 0);
  equal(retries.except.size, 1);
  const second = await fail(error("rate_limit_error", 20));
  deepEqual([second.attempt, second.delayMs], [2, 3_000]);
  equal(retries.except.size, 0);
});

Deno.test("Retries tells the client when the first key may be asked again", async () => {
  const { fail } = setUp("a", "b");
  await fail(error("rate_limit_error", 30));
  const told = await thrown(fail(error("rate_limit_error", 50)));
  equal(told.retryAfterSeconds, 30);
});

Deno.test("Retries does not ask again with the only key that is refused", async () => {
  const { fail } = setUp("a");
  const refused = error("authentication_error").with({ shouldRetry: false });
  equal(await thrown(fail(refused)), refused);
});

Deno.test("Retries blames a key for a 403 that another does not get", async () => {
  const { fail, retries, restMs } = setUp("a", "b", "c");
  await fail(error("permission_error"));
  deepEqual(restMs(), [0, 0, 0]);
  retries.accepted();
  deepEqual(restMs()?.toSorted(), [0, 0, 300_000]);
});

Deno.test("Retries takes a 403 of two keys for the prompt's fault", async () => {
  const { fail, restMs } = setUp("a", "b", "c");
  const forbidden = error("permission_error").with({ shouldRetry: false });
  equal((await fail(forbidden)).delayMs, 0);
  equal((await thrown(fail(forbidden))).status, 403);
  deepEqual(restMs(), [0, 0, 0]);
});

Deno.test("Retries asks nobody for a client that has left", async () => {
  const { abort, gate, call, retries } = setUp("a");
  const pass = await gate.enter(call, retries.except);
  abort.abort();
  const gone = clientGone();
  throws(() => retries.after({ pass, error: gone, tookMs: 0 }), gone);
  // Nor if the upstream was given up before that.
  const timeout = error("timeout_error");
  throws(() => retries.after({ pass, error: timeout, tookMs: 0 }), timeout);
  pass.leave();
});

Deno.test("Retries spends no more than the budget", async () => {
  const { gate, call, fail } = setUp("a");
  while (gate.takeRetry(call));
  const busy = new ApiError("api_error", "m", { status: 502 });
  equal(await thrown(fail(busy)), busy);
});
