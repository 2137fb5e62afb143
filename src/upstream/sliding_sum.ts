/** Number of slots in a window: how gradually old amounts expire. */
const SLOTS = 20;

/**
 * A sum over the recent past, in fixed memory. An amount counts for at least
 * `windowMs` and at most one slot (a twentieth of that) longer, so that a limit
 * enforced with it is never exceeded in any window.
 */
export class SlidingSum {
  readonly #slotMs: number;
  readonly #sums: number[] = Array(SLOTS + 1).fill(0);
  /** Number of the newest slot; slot 0 is at time 0. */
  #newest = 0;
  #total = 0;

  constructor(windowMs: number) {
    this.#slotMs = windowMs / SLOTS;
  }

  /** @param now Monotonic milliseconds, here and below. */
  add(amount: number, now: number): void {
    this.#advance(now);
    this.#sums[this.#newest % this.#sums.length] = this.#at(this.#newest) +
      amount;
    this.#total += amount;
  }

  /** The sum of the amounts that still count. */
  total(now: number): number {
    this.#advance(now);
    return this.#total;
  }

  /** Forgets everything. */
  clear(): void {
    this.#sums.fill(0);
    this.#total = 0;
  }

  /** How long until at most `atMost` is left, in milliseconds. */
  waitMs(atMost: number, now: number): number {
    let left = this.total(now);
    for (let age = SLOTS; left > atMost && age >= 0; age--) {
      const slot = this.#newest - age;
      left -= this.#at(slot);
      const leavesAt = (slot + this.#sums.length) * this.#slotMs;
      if (left <= atMost) return Math.max(0, leavesAt - now);
    }
    return 0;
  }

  #at(slot: number): number {
    return slot < 0 ? 0 : this.#sums[slot % this.#sums.length] ?? 0;
  }

  /** Clears the slots that have passed out of the window. */
  #advance(now: number): void {
    const current = Math.floor(now / this.#slotMs);
    const first = Math.max(this.#newest + 1, current - SLOTS);
    for (let slot = first; slot <= current; slot++) {
      this.#total -= this.#at(slot);
      this.#sums[slot % this.#sums.length] = 0;
    }
    this.#newest = current;
  }
}
