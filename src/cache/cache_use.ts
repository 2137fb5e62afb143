/**
 * How an answer was come by, the cheapest first: `hit` from the cache, `shared`
 * with another client's identical request, `miss` asked of the upstream,
 * `store-failed` the same because the store is out of order, `bypass` without
 * a look into the cache.
 */
export const CACHE_OUTCOMES = [
  "hit",
  "shared",
  "miss",
  "store-failed",
  "bypass",
] as const;

/** One of {@linkcode CACHE_OUTCOMES}. */
export type CacheOutcome = (typeof CACHE_OUTCOMES)[number];

/** What the cache did for one client's request, which may take several calls. */
export class CacheUse {
  #outcome: CacheOutcome | undefined;
  #ageMs = 0;

  /** @param ageMs Of the answer, where it is from the cache. */
  add(outcome: CacheOutcome, ageMs = 0): void {
    const rank = (outcome: CacheOutcome) => CACHE_OUTCOMES.indexOf(outcome);
    if (!this.#outcome || rank(outcome) > rank(this.#outcome)) {
      this.#outcome = outcome;
    }
    this.#ageMs = Math.max(this.#ageMs, ageMs);
  }

  /** The dearest of what was done; without a call there was nothing to look up. */
  get outcome(): CacheOutcome {
    return this.#outcome ?? "bypass";
  }

  /** Whether the upstream was paid for nothing of the answer. */
  get isFree(): boolean {
    return this.outcome === "hit" || this.outcome === "shared";
  }

  /** What the client is told. */
  headers(): Record<string, string> {
    const { outcome } = this;
    return {
      "x-ccproxy-cache": outcome,
      ...(outcome === "hit"
        ? { "age": String(Math.floor(this.#ageMs / 1000)) }
        : {}),
    };
  }
}
