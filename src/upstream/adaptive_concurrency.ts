/** Interval after which one more request may be in flight, in milliseconds. */
const RISE_MS = 5_000;

/**
 * How many concurrent requests an upstream takes, learned from its refusals: no
 * limit until the first, then half of what was in flight, then one more every
 * five seconds. Never less than one.
 *
 * `now` is always in milliseconds of a monotonic clock.
 */
export class AdaptiveConcurrency {
  #base = Infinity;
  #loweredAt = -Infinity;

  /** Infinite before the first refusal. */
  limit(now: number): number {
    if (this.#base === Infinity) return Infinity;
    return this.#base + Math.floor((now - this.#loweredAt) / RISE_MS);
  }

  /** How long until one more than `inFlight` may be in flight, in ms. */
  waitMs(inFlight: number, now: number): number {
    if (inFlight < this.limit(now)) return 0;
    const rises = inFlight + 1 - this.#base;
    return this.#loweredAt + rises * RISE_MS - now;
  }

  /**
   * The upstream has refused a request because there were too many.
   *
   * @param startedAt When it was sent. Requests sent before the last refusal
   * were all refused for the same reason, and count once.
   */
  refused(
    { inFlight, startedAt }: { inFlight: number; startedAt: number },
    now: number,
  ): void {
    if (startedAt <= this.#loweredAt) return;
    const most = Math.min(inFlight, this.limit(now));
    this.#base = Math.max(1, Math.floor(most / 2));
    this.#loweredAt = now;
  }
}
