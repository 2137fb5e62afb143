import type { ApiError } from "../anthropic/errors.ts";
import { SlidingSum } from "./sliding_sum.ts";

/** When a breaker opens and how it closes again. */
export interface BreakerPolicy {
  /** How far back it looks, in milliseconds. */
  windowMs: number;
  /** Fewer calls in the window say nothing. */
  minCalls: number;
  /** Opens when this share of the calls in the window has failed, 0–1. */
  failureShare: number;
  /** How long it first stays open, in milliseconds; doubles while probes fail. */
  cooldownMs: number;
  maxCooldownMs: number;
  /** A cooldown the upstream asks for is believed up to this, in milliseconds. */
  maxAskedMs: number;
  /** How many calls may find out, at once, whether it works again. */
  maxProbes: number;
  /** A probe without an answer for this long makes room for another, in ms. */
  probeMs: number;
}

/**
 * Half of ten calls in half a minute: in an outage one session alone gets
 * there, with our attempts and its own, and a hiccup or one request that always
 * breaks the upstream does not while others pass. Open for half a minute at
 * most: Claude Code waits up to 32 s between its retries, and shall find the
 * upstream back with the next.
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

/** Open lets nothing through, half-open a few probes. */
export type BreakerState = "closed" | "open" | "half-open";

/** What an attempt says of the upstream; most refusals say neither. */
export type Verdict = "success" | "failure" | "neither";

/** How an attempt went. */
export interface Ended {
  verdict: Verdict;
  /** How long the upstream asks to be left alone, in milliseconds. */
  askedMs?: number | undefined;
}

/**
 * What an answer says of the upstream, `null`: it was whole. Refusals (4xx) are
 * about the request or the key; a client that leaves (499) is its own affair.
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

/** Leave to call once, and the duty to say how it went. */
export interface Permit {
  /** The upstream has accepted: a probe makes room for another. */
  begun(): void;
  /** The first word counts. */
  end(how: Ended, now: number): void;
}

/**
 * Keeps calls from an upstream that fails, so that they fail at once or go
 * elsewhere in place of waiting.
 *
 * A call that began before it opened or closed says nothing of the time since.
 * `now` is always milliseconds of a clock that never goes back.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #calls: SlidingSum;
  readonly #failures: SlidingSum;
  /** Until when it is open; half-open from then on. `null` while closed. */
  #openUntil: number | null = null;
  /** How often in a row it has opened without closing. */
  #trips = 0;
  /** When the last call that counted failed; `null`: it did not. */
  #failedAt: number | null = null;
  /** When each probe began that has no answer yet. */
  #probes = new Map<Permit, number>();
  /** Another object each time it opens or closes. */
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

  /** How long until a call may go, in milliseconds; 0: it may. */
  waitMs(now: number): number {
    if (this.#openUntil === null) return 0;
    if (now < this.#openUntil) return this.#openUntil - now;
    const { maxProbes, probeMs } = this.#policy;
    const waits = [...this.#probes.values()]
      .map((startedAt) => startedAt + probeMs - now)
      .filter((waitMs) => waitMs > 0);
    return waits.length < maxProbes ? 0 : Math.min(...waits);
  }

  /** Lets a call through, which may go only where `waitMs` is 0. */
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
   * Another instance's breaker for the same is open, `forMs` longer. That is
   * believed once a call has failed here, too, and none has succeeded since:
   * what is out of reach for others may be in ours.
   *
   * @returns Whether this one has opened for it.
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
