import type { RateLimit } from "../config/guard_settings.ts";
import type { TakeTurn } from "./rate_limit.ts";

interface Bucket {
  tokens: number;
  /** Epoch milliseconds. */
  filledAt: number;
}

/** Clients that are remembered; beyond that the longest silent is dropped. */
const MAX_CLIENTS = 10_000;

/** Limits the rate of clients; `null`: no limit. */
export function createRateLimit(
  limit: RateLimit | null,
  now: () => number,
): TakeTurn | null {
  if (!limit) return null;
  const buckets = new TokenBuckets(limit, now);
  return (client) => buckets.take(client);
}

/** Limits requests by client: a token bucket each, filled at a steady rate. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  /** By client, the longest silent first. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param now Epoch milliseconds. */
  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /**
   * Takes a token from a client's bucket.
   *
   * @returns Milliseconds until there is one; 0: it was taken.
   */
  take(client: string): number {
    const { perMinute, burst } = this.#limit;
    const now = this.#now();
    const perMs = perMinute / 60_000;
    const known = this.#buckets.get(client) ?? { tokens: burst, filledAt: now };
    const filled = known.tokens + Math.max(0, now - known.filledAt) * perMs;
    const tokens = Math.min(burst, filled);
    const isEnough = tokens >= 1;
    this.#buckets.delete(client);
    this.#buckets.set(client, {
      tokens: isEnough ? tokens - 1 : tokens,
      filledAt: now,
    });
    this.#forget();
    return isEnough ? 0 : (1 - tokens) / perMs;
  }

  #forget(): void {
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_CLIENTS && oldest !== undefined) {
      this.#buckets.delete(oldest);
    }
  }
}
