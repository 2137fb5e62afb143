import type { Lookup } from "../observe/timeline.ts";

/**
 * How an answer was obtained, cheapest first: `hit` from the cache, `shared`
 * with another client's identical request, `miss` asked of the upstream,
 * `store-failed` the same because the store is not working, `bypass` without a
 * cache lookup.
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

/** How the answer to one call was obtained. */
export interface CalledAnswer {
  /** Changes when the client the upstream was asked for leaves. */
  outcome: CacheOutcome;
  /** For an answer from the cache. */
  ageMs: number;
}

/** A cache lookup. */
interface Look {
  answer: CalledAnswer;
  startMs: number;
  endMs: number;
}

/** What the cache did for one client request, which may take several calls. */
export class CacheUse {
  readonly #answers: CalledAnswer[] = [];
  readonly #looks: Look[] = [];
  readonly #elapsedMs: () => number;

  /** @param elapsedMs Milliseconds since the request arrived. */
  constructor(elapsedMs: () => number = () => 0) {
    this.#elapsedMs = elapsedMs;
  }

  /** Begins a cache lookup; the returned function is called with its result. */
  look(): (answer: CalledAnswer) => void {
    const startMs = this.#elapsedMs();
    return (answer) => {
      this.#looks.push({ answer, startMs, endMs: this.#elapsedMs() });
      this.add(answer);
    };
  }

  /** All finished lookups. */
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

  /** The most expensive outcome; without a call there was no lookup. */
  get outcome(): CacheOutcome {
    const ranks = this.#answers
      .map(({ outcome }) => CACHE_OUTCOMES.indexOf(outcome));
    return CACHE_OUTCOMES[Math.max(...ranks)] ?? "bypass";
  }

  /** Whether no part of the answer was paid for upstream. */
  get isFree(): boolean {
    return this.outcome === "hit" || this.outcome === "shared";
  }

  /** What the client is told; an answer just asked for is 0 seconds old. */
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
