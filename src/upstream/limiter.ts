import type { UpstreamLimits } from "../models/upstream_limits.ts";
import { AdaptiveConcurrency } from "./adaptive_concurrency.ts";
import { SlidingSum } from "./sliding_sum.ts";

const MINUTE_MS = 60_000;

/**
 * Counts what is asked of an upstream with one key: at once and in any minute,
 * against what the user allows and what the upstream turns out to take.
 *
 * `now` is always milliseconds of a clock that never goes back.
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

  /** Requests under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many may be under way; infinite where nothing limits them. */
  concurrency(now: number): number {
    const { concurrency = Infinity } = this.#limits;
    return Math.min(concurrency, this.#adaptive.limit(now));
  }

  /**
   * How long until a request of so many tokens may go, in milliseconds; 0: it
   * may, infinite: not before another has ended. One that is larger than a
   * minute's tokens goes when no other has gone for a minute.
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

  /** A request goes. */
  enter(tokens: number, now: number): void {
    this.#inFlight++;
    this.#requests.add(1, now);
    this.#tokens.add(tokens, now);
  }

  /** A request has ended. */
  leave(): void {
    this.#inFlight--;
  }

  /** The upstream has refused a request that went at `startedAt`: too many. */
  refused(startedAt: number, now: number): void {
    this.#adaptive.refused({ inFlight: this.#inFlight, startedAt }, now);
  }
}
