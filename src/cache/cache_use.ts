import type { Lookup } from "../observe/timeline.ts";

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

/** How the answer to one call was come by. */
export interface CalledAnswer {
  /** Changes when the one leaves for whom the upstream was asked. */
  outcome: CacheOutcome;
  /** Of an answer from the cache. */
  ageMs: number;
}

/** A look into the cache. */
interface Look {
  answer: CalledAnswer;
  startMs: number;
  endMs: number;
}

/** What the cache did for one client's request, which may take several calls. */
export class CacheUse {
  readonly #answers: CalledAnswer[] = [];
  readonly #looks: Look[] = [];
  readonly #elapsedMs: () => number;

  /** @param elapsedMs Milliseconds since the request came. */
  constructor(elapsedMs: () => number = () => 0) {
    this.#elapsedMs = elapsedMs;
  }

  /** A look into the cache begins; to be told what it finds. */
  look(): (answer: CalledAnswer) => void {
    const startMs = this.#elapsedMs();
    return (answer) => {
      this.#looks.push({ answer, startMs, endMs: this.#elapsedMs() });
      this.add(answer);
    };
  }

  /** Every look that has found something, or that there is nothing. */
  get lookups(): Lookup[] {
    return this.#looks.map(({ answer: { outcome }, startMs, endMs }) => ({
      outcome,
      startMs,
      endMs,
    }));
  }

  add(answer: CalledAnswer): void {
    this.#answers.push(answer);
  }

  /** The dearest of what was done; without a call there was nothing to look up. */
  get outcome(): CacheOutcome {
    const ranks = this.#answers
      .map(({ outcome }) => CACHE_OUTCOMES.indexOf(outcome));
    return CACHE_OUTCOMES[Math.max(...ranks)] ?? "bypass";
  }

  /** Whether the upstream was paid for nothing of the answer. */
  get isFree(): boolean {
    return this.outcome === "hit" || this.outcome === "shared";
  }

  /** What the client is told; what was asked for just now is 0 seconds old. */
  headers(): { "x-ccproxy-cache": CacheOutcome; age: string } {
    const { outcome } = this;
    const ageMs = outcome === "hit"
      ? Math.max(...this.#answers.map(({ ageMs }) => ageMs))
      : 0;
    return {
      "x-ccproxy-cache": outcome,
      age: String(Math.floor(ageMs / 1000)),
    };
  }
}
