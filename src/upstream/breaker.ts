import type { ApiError } from "../anthropic/errors.ts";
import { SlidingSum } from "./sliding_sum.ts";

/** When a breaker opens and how it closes again. */
export interface BreakerPolicy {
  /** How far back it looks, in milliseconds. */
  windowMs: number;
  /** With fewer calls in the window it does not open. */
  minCalls: number;
  /** Opens when this share of the calls in the window failed, 0–1. */
  failureShare: number;
  /** How long it first stays open, in milliseconds; doubles while probes fail. */
  cooldownMs: number;
  maxCooldownMs: number;
  /** Longest cooldown accepted from the upstream, in milliseconds. */
  maxAskedMs: number;
  /** How many concurrent calls may probe whether the upstream works again. */
  maxProbes: number;
  /** A probe without an answer for this long allows another, in ms. */
  probeMs: number;
}

/**
 * Half of ten calls in half a minute: in an outage a single session reaches
 * that, with our attempts and its own; a hiccup, or one request that always
 * breaks the upstream, does not as long as others succeed. Open for half a
 * minute at most: Claude Code waits up to 32 s between its retries, and should
 * find the upstream back with the next one.
 */
export const BREAKER: BreakerPolicy = {
  windowMs: 30_000,
  minCalls: 10,
  failureShare: 0.5,
  cooldownMs: 5_000,
  maxCooldownMs: 30_000,
  maxAskedMs: 300_000,
  maxProbes: 2,
  probeMs: 10_000,
};

/** Open lets no call through, half-open a few probes. */
export type BreakerState = "closed" | "open" | "half-open";

/** What an attempt says about the upstream; most refusals say neither. */
export type Verdict = "success" | "failure" | "neither";

/** How an attempt went. */
export interface Ended {
  verdict: Verdict;
  /** How long the upstream asks not to be called, in milliseconds. */
  askedMs?: number | undefined;
}

/**
 * What an answer says about the upstream, `null`: it was whole. Refusals (4xx)
 * are about the request or the key; a client that left (499) says nothing.
 */
export function toEnded(error: ApiError | null): Ended {
  if (!error) return { verdict: "success" };
  const { status, retryAfterSeconds } = error;
  const isFailure = status >= 500 && status !== 501;
  return {
    verdict: isFailure ? "failure" : "neither",
    askedMs: retryAfterSeconds === undefined
      ? undefined
      : retryAfterSeconds * 1000,
  };
}

/** Permission for one call, with the duty to report its result. */
export interface Permit {
  /** The upstream has accepted: another probe is allowed. */
  begun(): void;
  /** Only the first report counts. */
  end(how: Ended, now: number): void;
}

/**
 * Keeps calls away from a failing upstream, so that they fail at once or go
 * elsewhere instead of waiting.
 *
 * A call that began before the breaker opened or closed does not count
 * afterwards. `now` is always in milliseconds of a monotonic clock.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #calls: SlidingSum;
  readonly #failures: SlidingSum;
  /** Until when it is open; half-open from then on. `null` while closed. */
  #openUntil: number | null = null;
  /** How often in a row it has opened without closing. */
  #trips = 0;
  /** When the last counted call failed; `null`: it did not. */
  #failedAt: number | null = null;
  /** Start times of probes without an answer so far. */
  #probes = new Map<Permit, number>();
  /** Replaced each time the breaker opens or closes. */
  #era = {};

  constructor(policy: BreakerPolicy) {
    this.#policy = policy;
    this.#calls = new SlidingSum(policy.windowMs);
    this.#failures = new SlidingSum(policy.windowMs);
  }

  state(now: number): BreakerState {
    if (this.#openUntil === null) return "closed";
    return now < this.#openUntil ? "open" : "half-open";
  }

  /** How long until a call may be made, in milliseconds; 0: now. */
  waitMs(now: number): number {
    if (this.#openUntil === null) return 0;
    if (now < this.#openUntil) return this.#openUntil - now;
    const { maxProbes, probeMs } = this.#policy;
    const waits = [...this.#probes.values()]
      .map((startedAt) => startedAt + probeMs - now)
      .filter((waitMs) => waitMs > 0);
    return waits.length < maxProbes ? 0 : Math.min(...waits);
  }

  /** Lets a call through; allowed only while `waitMs` is 0. */
  enter(now: number): Permit {
    const era = this.#era;
    const probes = this.#probes;
    let isEnded = false;
    const permit: Permit = {
      begun: () => void probes.delete(permit),
      end: (how, now) => {
        probes.delete(permit);
        if (!isEnded && era === this.#era) this.#judge(how, now);
        isEnded = true;
      },
    };
    if (this.#openUntil !== null) probes.set(permit, now);
    return permit;
  }

  /**
   * Another instance's breaker for the same lane is open for `forMs` more. That
   * counts only if a call has failed here, too, and none has succeeded since:
   * what others cannot reach may be reachable from here.
   *
   * @returns Whether this one has opened because of it.
   */
  heed(forMs: number, now: number): boolean {
    if (this.#openUntil !== null || this.#failedAt === null) return false;
    if (forMs <= 0 || now - this.#failedAt > this.#policy.windowMs) {
      return false;
    }
    this.#open(forMs, now);
    return true;
  }

  #judge({ verdict, askedMs }: Ended, now: number): void {
    if (verdict === "neither") return;
    const hasFailed = verdict === "failure";
    if (this.#openUntil !== null) {
      return hasFailed ? this.#open(askedMs, now) : this.#close();
    }
    this.#calls.add(1, now);
    this.#failedAt = hasFailed ? now : null;
    if (!hasFailed) return;
    this.#failures.add(1, now);
    const { minCalls, failureShare } = this.#policy;
    const calls = this.#calls.total(now);
    const share = this.#failures.total(now) / calls;
    if (calls >= minCalls && share >= failureShare) this.#open(askedMs, now);
  }

  #open(askedMs: number | undefined, now: number): void {
    const { cooldownMs, maxCooldownMs, maxAskedMs } = this.#policy;
    const ownMs = Math.min(maxCooldownMs, cooldownMs * 2 ** this.#trips);
    this.#openUntil = now + Math.min(maxAskedMs, askedMs ?? ownMs);
    this.#trips++;
    this.#begin();
  }

  #close(): void {
    this.#openUntil = null;
    this.#trips = 0;
    this.#failedAt = null;
    this.#calls.clear();
    this.#failures.clear();
    this.#begin();
  }

  #begin(): void {
    this.#probes = new Map();
    this.#era = {};
  }
}
