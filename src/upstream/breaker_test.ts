import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import {
  BREAKER,
  Breaker,
  type BreakerPolicy,
  type Permit,
  type Verdict,
} from "./breaker.ts";

const POLICY: BreakerPolicy = {
  windowMs: 1_000,
  minCalls: 4,
  failureShare: 0.5,
  cooldownMs: 100,
  maxCooldownMs: 400,
  maxAskedMs: 1_000,
  maxProbes: 2,
  probeMs: 300,
};

/** The expected behaviour, modelled only by what can be seen from outside. */
interface Model {
  now: number;
  isTripped: boolean;
  /** Number of the current state, counted from the start. */
  era: number;
  openUntil: number;
  trips: number;
  /** Verdicts that count, by time. */
  verdicts: { at: number; hasFailed: boolean }[];
  calls: { era: number; startedAt: number; isWaiting: boolean }[];
}

interface Real {
  breaker: Breaker;
  permits: Permit[];
}

type Command = fc.Command<Model, Real>;

function trip(model: Model, askedMs: number | undefined): void {
  const ownMs = Math.min(
    POLICY.maxCooldownMs,
    POLICY.cooldownMs * 2 ** model.trips,
  );
  model.isTripped = true;
  model.openUntil = model.now + Math.min(POLICY.maxAskedMs, askedMs ?? ownMs);
  model.trips++;
  model.era++;
}

class Later implements Command {
  constructor(readonly ms: number) {}
  check = () => true;
  run(model: Model): void {
    model.now += this.ms;
  }
  toString = () => `later(${this.ms})`;
}

class Enter implements Command {
  check = () => true;
  run(model: Model, { breaker, permits }: Real): void {
    const { now, isTripped, era, openUntil } = model;
    const isOpen = isTripped && now < openUntil;
    const isHalfOpen = isTripped && !isOpen;
    equal(
      breaker.state(now),
      isOpen ? "open" : isHalfOpen ? "half-open" : "closed",
    );
    const probes = model.calls.filter((call) =>
      call.era === era && call.isWaiting &&
      call.startedAt + POLICY.probeMs > now
    );
    const mayGo = isHalfOpen ? probes.length < POLICY.maxProbes : !isOpen;
    const waitMs = breaker.waitMs(now);
    equal(waitMs === 0, mayGo);
    if (isOpen) equal(waitMs, openUntil - now);
    if (!mayGo) return;
    permits.push(breaker.enter(now));
    model.calls.push({ era, startedAt: now, isWaiting: isHalfOpen });
  }
  toString = () => "enter";
}

/** Another instance reports its breaker open. */
class Heed implements Command {
  constructor(readonly forMs: number) {}
  check = () => true;
  run(model: Model, { breaker }: Real): void {
    const last = model.verdicts.at(-1);
    const isBelieved = !model.isTripped && this.forMs > 0 &&
      last !== undefined && last.hasFailed &&
      model.now - last.at <= POLICY.windowMs;
    equal(breaker.heed(this.forMs, model.now), isBelieved);
    if (isBelieved) trip(model, this.forMs);
  }
  toString = () => `heed(${this.forMs})`;
}

class Begun implements Command {
  constructor(readonly call: number) {}
  check = ({ calls }: Model) => calls.length > 0;
  run({ calls }: Model, { permits }: Real): void {
    const index = this.call % calls.length;
    permits[index]?.begun();
    Object.assign(calls[index] ?? {}, { isWaiting: false });
  }
  toString = () => `begun(${this.call})`;
}

class End implements Command {
  constructor(
    readonly call: number,
    readonly verdict: Verdict,
    readonly askedMs: number | undefined,
  ) {}
  check = ({ calls }: Model) => calls.length > 0;
  run(model: Model, { breaker, permits }: Real): void {
    const { verdict, askedMs } = this;
    const index = this.call % model.calls.length;
    permits[index]?.end({ verdict, askedMs }, model.now);
    permits.splice(index, 1);
    const [call] = model.calls.splice(index, 1);
    if (call?.era !== model.era || verdict === "neither") return;
    const hasFailed = verdict === "failure";
    if (model.isTripped) {
      if (hasFailed) return trip(model, askedMs);
      model.isTripped = false;
      model.era++;
      model.trips = 0;
      model.verdicts = [];
      return equal(breaker.state(model.now), "closed");
    }
    model.verdicts.push({ at: model.now, hasFailed });
    if (hasFailed && mustOpen(model)) trip(model, askedMs);
  }
  toString = () => `end(${this.call}, ${this.verdict}, ${this.askedMs})`;
}

/** A window is exact to a slot; times in these tests are whole slots. */
function mustOpen({ now, verdicts }: Model): boolean {
  const slotMs = POLICY.windowMs / 20;
  const slot = (at: number) => Math.floor(at / slotMs);
  const recent = verdicts.filter(({ at }) => slot(now) - slot(at) <= 20);
  const failures = recent.filter(({ hasFailed }) => hasFailed).length;
  return recent.length >= POLICY.minCalls &&
    failures / recent.length >= POLICY.failureShare;
}

const asked = fc.option(fc.nat({ max: 2_000 }), { nil: undefined });
const verdicts = fc.constantFrom<Verdict>("success", "failure", "neither");

Deno.test("Breaker does as its model, whatever happens in whatever order", () => {
  const commands = fc.commands<Model, Real>([
    fc.nat({ max: 200 }).map((ms) => new Later(ms)),
    fc.constant(new Enter()),
    fc.constant(new Enter()),
    fc.nat().map((call) => new Begun(call)),
    fc.integer({ min: -100, max: 2_000 }).map((forMs) => new Heed(forMs)),
    fc.tuple(fc.nat(), verdicts, asked)
      .map(([call, verdict, askedMs]) => new End(call, verdict, askedMs)),
    fc.nat().map((call) => new End(call, "failure", undefined)),
  ], { maxCommands: 150, size: "max" });
  fc.assert(
    fc.property(commands, (commands) => {
      fc.modelRun(() => ({
        model: {
          now: 0,
          isTripped: false,
          era: 0,
          openUntil: 0,
          trips: 0,
          verdicts: [],
          calls: [],
        },
        real: { breaker: new Breaker(POLICY), permits: [] },
      }), commands);
    }),
    { numRuns: 300 },
  );
});

/** Makes calls that all end with `verdict`. */
function run(
  breaker: Breaker,
  { calls, now, ...how }: {
    calls: number;
    now: number;
    verdict: Verdict;
    askedMs?: number | undefined;
  },
): void {
  for (let call = 0; call < calls; call++) breaker.enter(now).end(how, now);
}

Deno.test("Breaker stays closed until enough calls have failed", () => {
  const breaker = new Breaker(BREAKER);
  run(breaker, { calls: 9, now: 0, verdict: "failure" });
  equal(breaker.state(0), "closed");
  run(breaker, { calls: 1, now: 0, verdict: "failure" });
  equal(breaker.state(0), "open");
  equal(breaker.waitMs(4_999), 1);
  equal(breaker.state(5_000), "half-open");
});

Deno.test("Breaker.heed() opens after one failure of its own, not without any", () => {
  const breaker = new Breaker(BREAKER);
  equal(breaker.heed(8_000, 0), false);
  run(breaker, { calls: 1, now: 0, verdict: "failure" });
  run(breaker, { calls: 1, now: 0, verdict: "success" });
  equal(breaker.heed(8_000, 0), false, "it works from here");
  run(breaker, { calls: 1, now: 0, verdict: "failure" });
  run(breaker, { calls: 1, now: 0, verdict: "neither" });
  equal(breaker.heed(0, 0), false, "too late a word");
  equal(breaker.heed(8_000, 30_001), false, "too old a failure");
  equal(breaker.heed(8_000, 1_000), true);
  equal(breaker.waitMs(1_000), 8_000);
  equal(breaker.heed(60_000, 1_000), false, "it knows already");
  equal(breaker.waitMs(1_000), 8_000);
});

Deno.test("Breaker does not count what says neither", () => {
  const breaker = new Breaker(BREAKER);
  run(breaker, { calls: 1_000, now: 0, verdict: "neither" });
  run(breaker, { calls: 9, now: 0, verdict: "failure" });
  equal(breaker.state(0), "closed");
});

Deno.test("Breaker forgets failures as time passes", () => {
  const breaker = new Breaker(BREAKER);
  run(breaker, { calls: 9, now: 0, verdict: "failure" });
  run(breaker, { calls: 9, now: 40_000, verdict: "failure" });
  equal(breaker.state(40_000), "closed");
});

Deno.test("Breaker stays open as long as the upstream asks, five minutes at most", () => {
  for (const [askedMs, openMs] of [[20_000, 20_000], [3_600_000, 300_000]]) {
    const breaker = new Breaker(BREAKER);
    run(breaker, { calls: 10, now: 0, verdict: "failure", askedMs });
    equal(breaker.waitMs(0), openMs);
  }
});

Deno.test("Breaker doubles its cooldown while probes fail, and begins anew", () => {
  const breaker = new Breaker(BREAKER);
  run(breaker, { calls: 10, now: 0, verdict: "failure" });
  const waits: number[] = [];
  let now = 0;
  for (let trip = 0; trip < 5; trip++) {
    waits.push(breaker.waitMs(now));
    now += breaker.waitMs(now);
    run(breaker, { calls: 1, now, verdict: "failure" });
  }
  deepEqual(waits, [5_000, 10_000, 20_000, 30_000, 30_000]);
  now += breaker.waitMs(now);
  run(breaker, { calls: 1, now, verdict: "success" });
  run(breaker, { calls: 10, now, verdict: "failure" });
  equal(breaker.waitMs(now), 5_000);
});

Deno.test("Breaker lets another probe go when one was answered or is overdue", () => {
  const breaker = new Breaker(BREAKER);
  run(breaker, { calls: 10, now: 0, verdict: "failure" });
  const probe = breaker.enter(5_000);
  breaker.enter(5_000);
  equal(breaker.waitMs(6_000), 9_000);
  probe.begun();
  equal(breaker.waitMs(6_000), 0);
  breaker.enter(6_000);
  equal(breaker.waitMs(6_000), 9_000);
  equal(breaker.waitMs(15_000), 0, "the other probe hangs");
  probe.end({ verdict: "failure" }, 15_000);
  equal(breaker.state(15_000), "open", "a probe's answer was cut");
});
