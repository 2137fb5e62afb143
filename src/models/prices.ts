/**
 * What makers charge for their models' tokens.
 *
 * @module
 */

/** US dollars per million tokens. */
export interface Rates {
  /** Prompt tokens neither read from nor written to the cache. */
  inputUsd: number;
  /** Prompt tokens read from the cache. */
  cacheReadUsd: number;
  /** Prompt tokens written to the cache for five minutes. */
  cacheWriteUsd: number;
  outputUsd: number;
}

/** Rates for all tokens of requests with a long prompt. */
export interface LongerRates {
  /** Applies if the whole prompt, cached or not, is over this. */
  overTokens: number;
  rates: Rates;
}

/** Hours of full prices; all other hours cost a fraction of them. */
export interface PeakHours {
  /** From and to, in hours UTC, Monday to Friday. */
  hoursUtc: readonly (readonly [number, number])[];
  /** The off-peak price as a fraction of the full price. */
  offPeak: number;
}

/** Prices announced for a later day. */
export interface LaterPrices {
  /** The day they begin, UTC, YYYY-MM-DD. */
  from: string;
  /** The new price as a multiple of the old. */
  factor: number;
}

/** One model's prices. */
export interface Prices {
  rates: Rates;
  /** Shortest first; empty if length does not matter. */
  longer: readonly LongerRates[];
  peak?: PeakHours;
  later?: LaterPrices;
  /** Where the prices were published. */
  source: string;
  /** The day they were read, YYYY-MM-DD. */
  asOf: string;
}

/**
 * Selects the rates for one request.
 *
 * @param promptTokens The whole prompt's, cached or not.
 * @param nowMs Time of the request, milliseconds since the epoch.
 */
export function ratesOf(
  { rates, longer, peak, later }: Prices,
  { promptTokens, nowMs }: { promptTokens: number; nowMs: number },
): Rates {
  const listed = longer.findLast(({ overTokens }) => promptTokens > overTokens)
    ?.rates ?? rates;
  const full = later && nowMs >= Date.parse(later.from)
    ? times(listed, later.factor)
    : listed;
  return !peak || isAt(peak, new Date(nowMs))
    ? full
    : times(full, peak.offPeak);
}

function isAt({ hoursUtc }: PeakHours, now: Date): boolean {
  const day = now.getUTCDay();
  const hour = now.getUTCHours();
  return day >= 1 && day <= 5 &&
    hoursUtc.some(([from, to]) => hour >= from && hour < to);
}

function times(rates: Rates, factor: number): Rates {
  return {
    inputUsd: rates.inputUsd * factor,
    cacheReadUsd: rates.cacheReadUsd * factor,
    cacheWriteUsd: rates.cacheWriteUsd * factor,
    outputUsd: rates.outputUsd * factor,
  };
}
