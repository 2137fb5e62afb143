import { SlidingSum } from "./sliding_sum.ts";

/** How far back is counted, in milliseconds. */
const WINDOW_MS = 60_000;

/** Retries there may be for each call. */
const SHARE = 0.1;

/** Retries there may be beside that, so that a single user gets some. */
const RESERVE = 10;

/**
 * After this long without a call that gave up, an outage is held to be over, in
 * milliseconds: more than Claude Code waits between two tries (32 s and a
 * quarter), so that its next one is known for what it is.
 */
const OUTAGE_MS = 60_000;

/**
 * Bounds the load that retries add for an upstream: in any minute a tenth of
 * the calls and ten more. During an outage there are none at all: it is waited
 * out by the clients, whose tries are calls here.
 *
 * `now` is always milliseconds of a clock that never goes back.
 */
export class RetryBudget {
  readonly #calls = new SlidingSum(WINDOW_MS);
  readonly #retries = new SlidingSum(WINDOW_MS);
  #outageUntil = -Infinity;
  #acceptedAt = -Infinity;

  /** A call has come in. */
  called(now: number): void {
    this.#calls.add(1, now);
  }

  /** Takes a retry; `false`: there is none to be had. */
  take(now: number): boolean {
    const isLeft = this.left(now) > 0;
    if (isLeft) this.#retries.add(1, now);
    return isLeft;
  }

  /** A call has failed for good in a way that its client will repeat. */
  gaveUp(now: number): void {
    this.#outageUntil = now + OUTAGE_MS;
  }

  /** A call has been accepted: there is no outage. */
  accepted(now: number): void {
    this.#outageUntil = -Infinity;
    this.#acceptedAt = now;
  }

  /** Whether a call has been accepted at or after `since`. */
  wasAccepted(since: number): boolean {
    return this.#acceptedAt >= since;
  }

  /** Whether the clients are waiting an outage out. */
  isOutage(now: number): boolean {
    return now < this.#outageUntil;
  }

  /** Retries that can be had at once. */
  left(now: number): number {
    if (this.isOutage(now)) return 0;
    const allowed = RESERVE + SHARE * this.#calls.total(now);
    return Math.max(0, Math.floor(allowed - this.#retries.total(now)));
  }
}
