import { SlidingSum } from "./sliding_sum.ts";

/** Length of the counting window, in milliseconds. */
const WINDOW_MS = 60_000;

/** Retries allowed per call. */
const SHARE = 0.1;

/** Retries allowed on top, so that a single client gets some. */
const RESERVE = 10;

/**
 * When no call has given up for this long, an outage is considered over, in
 * milliseconds: longer than Claude Code waits between two tries (32 s and a
 * quarter), so that its next try still counts as part of the outage.
 */
const OUTAGE_MS = 60_000;

/**
 * Bounds the load that retries add to an upstream: in any minute a tenth of the
 * calls plus ten. During an outage there are none: clients wait it out, and
 * each of their tries is a call here.
 *
 * `now` is always in milliseconds of a monotonic clock.
 */
export class RetryBudget {
  readonly #calls = new SlidingSum(WINDOW_MS);
  readonly #retries = new SlidingSum(WINDOW_MS);
  #outageUntil = -Infinity;
  #acceptedAt = -Infinity;

  /** A call has arrived. */
  called(now: number): void {
    this.#calls.add(1, now);
  }

  /** Takes a retry; `false`: none is left. */
  take(now: number): boolean {
    const isLeft = this.left(now) > 0;
    if (isLeft) this.#retries.add(1, now);
    return isLeft;
  }

  /** A call has finally failed in a way that its client will retry. */
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

  /** Whether clients are waiting out an outage. */
  isOutage(now: number): boolean {
    return now < this.#outageUntil;
  }

  /** Retries currently available. */
  left(now: number): number {
    if (this.isOutage(now)) return 0;
    const allowed = RESERVE + SHARE * this.#calls.total(now);
    return Math.max(0, Math.floor(allowed - this.#retries.total(now)));
  }
}
