/** After this long, one more request may be under way, in milliseconds. */
const RISE_MS = 5_000;

/**
 * How many requests an upstream takes at once, found out by its refusals: no
 * limit until the first, then half of what was under way, then one more every
 * five seconds. Never less than one.
 *
 * `now` is always milliseconds of a clock that never goes back.
 */
export class AdaptiveConcurrency {
  #base = Infinity;
  #loweredAt = -Infinity;

  /** Infinite before the first refusal. */
  limit(now: number): number {
    if (this.#base === Infinity) return Infinity;
    return this.#base + Math.floor((now - this.#loweredAt) / RISE_MS);
  }

  /** How long until one more than `inFlight` may be under way, in milliseconds. */
  waitMs(inFlight: number, now: number): number {
    if (inFlight < this.limit(now)) return 0;
    const rises = inFlight + 1 - this.#base;
    return this.#loweredAt + rises * RISE_MS - now;
  }

  /**
   * The upstream has refused a request because there were too many.
   *
   * @param startedAt When that was sent. Requests from before the last refusal
   * are refused for the same reason, all together.
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
