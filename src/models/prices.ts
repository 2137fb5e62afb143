/**
 * What makers ask for their models' tokens.
 *
 * @module
 */

/** US dollars for a million tokens. */
export interface Rates {
  /** Tokens of the prompt that the cache was no help with. */
  inputUsd: number;
  /** Tokens of the prompt read from the cache. */
  cacheReadUsd: number;
  /** Tokens of the prompt written to the cache for five minutes. */
  cacheWriteUsd: number;
  outputUsd: number;
}

/** Rates of all tokens of requests with a long prompt. */
export interface LongerRates {
  /** The whole prompt, cached or not, is over this. */
  overTokens: number;
  rates: Rates;
}

/** Hours of full prices; a part of them is asked for in all others. */
export interface PeakHours {
  /** From and to, in hours UTC, from Monday to Friday. */
  hoursUtc: readonly (readonly [number, number])[];
  /** What is asked at other times, as a part of the full price. */
  offPeak: number;
}

/** Prices that are announced for a later day. */
export interface LaterPrices {
  /** The day they begin, UTC, YYYY-MM-DD. */
  from: string;
  /** What is asked from then on, as a multiple of what was. */
  factor: number;
}

/** One model's prices. */
export interface Prices {
  rates: Rates;
  /** Shortest first; empty where length is no matter. */
  longer: readonly LongerRates[];
  peak?: PeakHours;
  later?: LaterPrices;
  /** Where the prices stood. */
  source: string;
  /** The day they stood there, YYYY-MM-DD. */
  asOf: string;
}

/**
 * Chooses the rates of one request.
 *
 * @param promptTokens The whole prompt's, cached or not.
 * @param nowMs When it is asked, milliseconds since the epoch.
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
