import {
  deepStrictEqual as deepEqual,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { ApiError, clientGone, type ErrorType } from "../anthropic/errors.ts";
import { plain } from "../dialects/plain.ts";
import { toTarget, type Upstream } from "../models/select_target.ts";
import type { UpstreamLimits } from "../models/upstream_limits.ts";
import { Secret } from "../secret.ts";
import { NO_HINTS } from "../../tests/builders.ts";
import type { BreakerHints, HintedLane } from "./breaker_hints.ts";
import { createGate } from "./gate.ts";
import type { LaneChange } from "./lane.ts";
import type { Pass } from "./upstream_gate.ts";

const NONE: ReadonlySet<number> = new Set();

/** The gate of an upstream, and a manual clock. */
function setUp({ keys = ["a"], limits, hints = NO_HINTS }: {
  keys?: string[];
  limits?: UpstreamLimits;
  hints?: BreakerHints;
} = {}) {
  const upstream: Upstream = {
    name: "u",
    url: "https://u/v1",
    keys: keys.map((key) => new Secret(key)),
    api: "chat",
    dialect: plain,
    limits,
  };
  let now = 0;
  const changes: LaneChange[] = [];
  const all = createGate({
    now: () => now,
    maxRestMs: 5_000,
    onChange: (change) => void changes.push(change),
    hints,
  });
  const gate = all.of(upstream);
  const call = (given: { sessionId?: string; model?: string } = {}) => ({
    target: toTarget(upstream, given.model ?? "m"),
    sessionId: given.sessionId,
    inputTokens: 10,
    abort: new AbortController(),
  });
  return {
    gate,
    call,
    changes,
    snapshot: all.snapshot,
    later: (ms: number) => void (now += ms),
    enter: (given?: { sessionId?: string; model?: string }, except = NONE) =>
      gate.enter(call(given), except),
  };
}

function error(type: ErrorType, retryAfterSeconds?: number): ApiError {
  return new ApiError(type, "m", { retryAfterSeconds });
}

/** Ends an attempt. */
function end(pass: Pass, how: ApiError | null): void {
  pass.settle(how);
  pass.leave();
}

Deno.test("UpstreamGate keeps a session to its key until that one is limited", async () => {
  const { enter, later } = setUp({ keys: ["a", "b", "c"] });
  const keyOf = async (sessionId: string) => {
    const pass = await enter({ sessionId });
    end(pass, null);
    return pass.keyNumber;
  };
  const own = await keyOf("s");
  equal(await keyOf("s"), own);
  end(await enter({ sessionId: "s" }), error("rate_limit_error", 30));
  const other = await keyOf("s");
  ok(other !== own);
  equal(await keyOf("s"), other);
  later(30_000);
  equal(await keyOf("s"), own);
});

Deno.test("UpstreamGate lets the longer of two rests count", async () => {
  const { enter, gate, call, later } = setUp({ keys: ["a", "b"] });
  const passes = [await enter(), await enter()];
  passes.forEach((pass, index) =>
    end(pass, error("rate_limit_error", index === 0 ? 60 : 20))
  );
  const others = new Set([3 - (passes[0]?.keyNumber ?? 0)]);
  later(20_000);
  equal(gate.hasOther(call(), others), false);
  later(40_000);
  equal(gate.hasOther(call(), others), true);
});

Deno.test("UpstreamGate rests a key for the model it was limited for alone", async () => {
  const { enter } = setUp({ keys: ["a", "b"] });
  const first = await enter();
  end(first, error("rate_limit_error", 30));
  equal((await enter({ model: "other" })).keyNumber, first.keyNumber);
});

Deno.test("UpstreamGate lets a place go when the answer ends, not when it begins", async () => {
  const { enter, gate } = setUp({ limits: { concurrency: 1 } });
  const first = await enter();
  const second = enter();
  equal(gate.waiting, 1);
  first.begun();
  equal(gate.waiting, 1);
  first.leave();
  equal(gate.waiting, 0);
  end(await second, null);
});

Deno.test("UpstreamGate gives a place away once, however often it is left", async () => {
  const { enter, gate } = setUp({ limits: { concurrency: 1 } });
  const first = await enter();
  first.leave();
  first.leave();
  const second = await enter();
  const third = enter();
  equal(gate.waiting, 1);
  second.leave();
  (await third).leave();
});

Deno.test("UpstreamGate opens after failures and lets a few find out", async () => {
  const { enter, later, changes } = setUp();
  for (let n = 0; n < 10; n++) end(await enter(), error("overloaded_error"));
  await rejects(enter(), { status: 503, retryAfterSeconds: 5 });
  deepEqual(changes, [
    { upstream: "u", model: "m", key: 1, state: "open", forMs: 5_000 },
  ]);
  later(5_000);
  const probes = [await enter(), await enter()];
  await rejects(enter(), { status: 503 });
  end(probes[0] ?? await enter(), null);
  equal(changes.at(-1)?.state, "closed");
  end(await enter(), null);
});

Deno.test("UpstreamGate counts neither refusals nor clients that leave", async () => {
  const { enter } = setUp();
  const kinds: ErrorType[] = ["invalid_request_error", "permission_error"];
  for (const type of kinds) {
    for (let n = 0; n < 20; n++) end(await enter(), error(type));
  }
  for (let n = 0; n < 20; n++) end(await enter(), clientGone());
  end(await enter(), null);
});

Deno.test("UpstreamGate counts answers that are cut, and the first word on each", async () => {
  const { enter } = setUp();
  for (let n = 0; n < 10; n++) {
    const pass = await enter();
    pass.begun();
    pass.settle(error("api_error"));
    end(pass, null);
  }
  await rejects(enter(), { status: 503 });
});

Deno.test("UpstreamGate lets a probe that was never made make room", async () => {
  const { enter, later } = setUp();
  for (let n = 0; n < 10; n++) end(await enter(), error("overloaded_error"));
  later(5_000);
  for (let n = 0; n < 10; n++) (await enter()).abandon();
});

Deno.test("UpstreamGate goes with another key while one has no place", async () => {
  const { enter } = setUp({ keys: ["a", "b"], limits: { concurrency: 1 } });
  const sessionId = "s";
  const first = await enter({ sessionId });
  const second = await enter({ sessionId });
  ok(first.keyNumber !== second.keyNumber);
  const third = enter({ sessionId });
  second.leave();
  equal((await third).keyNumber, second.keyNumber);
});

Deno.test("UpstreamGate lets fewer go at once after a 429, if there were several", async () => {
  const { enter, later, snapshot } = setUp();
  const passes = await Promise.all([enter(), enter(), enter(), enter()]);
  passes.forEach((pass) => end(pass, error("rate_limit_error", 1)));
  equal(snapshot()[0]?.keys[0]?.concurrency, 2);
  later(5_000);
  equal(snapshot()[0]?.keys[0]?.concurrency, 3);
});

Deno.test("UpstreamGate.hasOther() finds a key that may be asked", async () => {
  const { gate, call, enter } = setUp({ keys: ["a", "b"] });
  equal(gate.hasOther(call(), new Set([1])), true);
  equal(gate.hasOther(call(), new Set([1, 2])), false);
  const pass = await enter({}, new Set([1]));
  equal(pass.keyNumber, 2);
  end(pass, error("authentication_error"));
  equal(gate.hasOther(call(), new Set([1])), false);
});

Deno.test("UpstreamGate.soonest() tells when the first key may be asked again", async () => {
  const { gate, call, enter } = setUp({ keys: ["a", "b"] });
  const last = error("rate_limit_error", 40);
  end(await enter({}, new Set([2])), error("rate_limit_error", 20));
  equal(gate.soonest(call(), last).retryAfterSeconds, 40, "b may be asked");
  end(await enter({}, new Set([1])), last);
  equal(gate.soonest(call(), last).retryAfterSeconds, 20);
  const bad = error("invalid_request_error");
  equal(gate.soonest(call(), bad), bad);
});

Deno.test("UpstreamGate.blame() lets a key rest that was proven guilty", async () => {
  const { gate, call, enter, later } = setUp({ keys: ["a", "b"] });
  const forbidden = error("permission_error");
  const first = await enter();
  end(first, forbidden);
  const { keyNumber } = first;
  equal((await enter()).keyNumber, keyNumber, "not before");
  first.blame(forbidden);
  ok((await enter()).keyNumber !== keyNumber);
  later(300_000);
  equal((await enter()).keyNumber, keyNumber);
  equal(gate.hasOther(call(), new Set([keyNumber])), true);
});

Deno.test("UpstreamGate.giveUp() leaves an outage to the clients, and says so", async () => {
  const { gate, call, enter } = setUp();
  const busy = error("overloaded_error");
  const giveUp = () => gate.giveUp(call(), { error: busy, calledAt: 0 });
  equal(gate.takeRetry(call()), true);
  equal(giveUp().retryAfterSeconds, 5);
  equal(gate.takeRetry(call()), false, "an outage");
  equal(giveUp().retryAfterSeconds, 30);
  equal(gate.takeRetry(call({ model: "other" })), true);
  (await enter()).begun();
  equal(gate.takeRetry(call()), true);
  equal(giveUp().retryAfterSeconds, 5);
});

Deno.test("UpstreamGate.giveUp() blames the request while others are accepted", async () => {
  const { gate, call, enter, later } = setUp();
  const broken = error("api_error");
  const giveUp = (calledAt: number) =>
    gate.giveUp(call(), { error: broken, calledAt }).shouldRetry;
  const before = gate.called(call());
  equal(giveUp(before), undefined);
  later(1);
  (await enter()).begun();
  equal(giveUp(before), false);
  later(1);
  equal(giveUp(gate.called(call())), undefined, "accepted before it came");
});

Deno.test("Gate.snapshot() tells how things stand", async () => {
  const { gate, enter, snapshot } = setUp({
    keys: ["a", "b"],
    limits: { concurrency: 1 },
  });
  const first = await enter({}, new Set([2]));
  const second = await enter({}, new Set([1]));
  second.settle(error("rate_limit_error", 30));
  const third = enter();
  deepEqual(snapshot(), [{
    upstream: "u",
    waiting: 1,
    keys: [
      { key: 1, inFlight: 1, concurrency: 1 },
      { key: 2, inFlight: 1, concurrency: 1 },
    ],
    models: [{
      model: "m",
      retriesLeft: 10,
      lanes: [
        { key: 1, breaker: "closed", restMs: 0 },
        { key: 2, breaker: "closed", restMs: 30_000 },
      ],
    }],
  }]);
  first.leave();
  (await third).leave();
  second.leave();
  equal(gate.waiting, 0);
});

/** Hints of two instances, passed on by hand. */
function handedHints() {
  const open = new Map<string, number>();
  const asked: PromiseWithResolvers<void>[] = [];
  const nameOf = ({ url, model, seed }: HintedLane) =>
    `${url} ${model} ${seed}`;
  const hints: BreakerHints = {
    opened: (lane, forMs) => void open.set(nameOf(lane), forMs),
    closed: (lane) => void open.delete(nameOf(lane)),
    async openMs(lane) {
      const answer = Promise.withResolvers<void>();
      asked.push(answer);
      await answer.promise;
      return open.get(nameOf(lane)) ?? 0;
    },
  };
  return {
    hints,
    open,
    asked,
    /** Answers all pending questions. */
    async answer() {
      asked.splice(0).forEach(({ resolve }) => resolve());
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

async function failTimes(
  count: number,
  { enter }: Pick<ReturnType<typeof setUp>, "enter">,
): Promise<void> {
  for (let n = 0; n < count; n++) end(await enter(), error("api_error"));
}

Deno.test("UpstreamGate tells other instances of its breakers, and heeds theirs after one failure", async () => {
  const { hints, open, answer, asked } = handedHints();
  const [first, second] = [setUp({ hints }), setUp({ hints })];
  await failTimes(10, first);
  deepEqual([...open.values()], [5_000]);
  await answer();

  end(await second.enter(), null);
  equal(asked.length, 0, "who does not fail does not ask");
  await failTimes(2, second);
  equal(asked.length, 1, "of one lane is asked once at a time");
  await answer();
  deepEqual(second.changes, [
    { upstream: "u", model: "m", key: 1, state: "open", forMs: 5_000 },
  ]);
  await rejects(second.enter(), /keeps failing and is asked again in 5 s/);

  first.later(5_000);
  end(await first.enter(), null);
  equal(open.size, 0, "the upstream works again");
});

Deno.test("UpstreamGate goes by its own success, not by others' failures", async () => {
  const { hints, answer } = handedHints();
  const [first, second] = [setUp({ hints }), setUp({ hints })];
  await failTimes(10, first);
  await failTimes(1, second);
  end(await second.enter(), null); // before the answer comes
  await answer();
  end(await second.enter(), null);
  deepEqual(second.changes, []);
});

Deno.test("UpstreamGate tells those who wait when it heeds others", async () => {
  const { hints, answer } = handedHints();
  const limits = { concurrency: 2 };
  const [first, second] = [setUp({ hints }), setUp({ hints, limits })];
  await failTimes(10, first);
  const [failing, _other] = [await second.enter(), await second.enter()];
  const waiting = second.enter();
  failing.settle(error("api_error"));
  await answer();
  await rejects(waiting, /keeps failing/);
});
