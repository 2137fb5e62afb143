import type { UpstreamLimits } from "../models/upstream_limits.ts";
import { AdaptiveConcurrency } from "./adaptive_concurrency.ts";
import { SlidingSum } from "./sliding_sum.ts";

const MINUTE_MS = 60_000;

/**
 * Counts the requests to an upstream with one key, concurrent and per minute,
 * against the user's limits and those the upstream turns out to have.
 *
 * `now` is always in milliseconds of a monotonic clock.
 */
export class Limiter {
  readonly #limits: UpstreamLimits;
  readonly #adaptive = new AdaptiveConcurrency();
  readonly #requests = new SlidingSum(MINUTE_MS);
  readonly #tokens = new SlidingSum(MINUTE_MS);
  #inFlight = 0;

  constructor(limits: UpstreamLimits) {
    this.#limits = limits;
  }

  /** Requests in flight. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many may be in flight; infinite: no limit. */
  concurrency(now: number): number {
    const { concurrency = Infinity } = this.#limits;
    return Math.min(concurrency, this.#adaptive.limit(now));
  }

  /**
   * How long until a request of this many tokens may start, in milliseconds; 0:
   * now, infinite: not before another has ended. One larger than a minute's
   * tokens starts when no other has started for a minute.
   */
  waitMs(tokens: number, now: number): number {
    const {
      concurrency = Infinity,
      requestsPerMinute = Infinity,
      tokensPerMinute = Infinity,
    } = this.#limits;
    if (this.#inFlight >= concurrency) return Infinity;
    return Math.max(
      this.#adaptive.waitMs(this.#inFlight, now),
      this.#requests.waitMs(requestsPerMinute - 1, now),
      this.#tokens.waitMs(Math.max(0, tokensPerMinute - tokens), now),
    );
  }

  /** A request starts. */
  enter(tokens: number, now: number): void {
    this.#inFlight++;
    this.#requests.add(1, now);
    this.#tokens.add(tokens, now);
  }

  /** A request has ended. */
  leave(): void {
    this.#inFlight--;
  }

  /** The upstream has refused a request sent at `startedAt`: too many. */
  refused(startedAt: number, now: number): void {
    this.#adaptive.refused({ inFlight: this.#inFlight, startedAt }, now);
  }
}
