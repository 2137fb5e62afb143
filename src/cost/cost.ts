/**
 * What messages cost. Money is counted in whole billionths of dollars
 * ("nano-dollars"): fractions of dollars do not add up exactly, while sums of
 * these are exact up to nine million dollars.
 *
 * @module
 */
import type { Usage } from "../anthropic/message.ts";
import { type Prices, type Rates, ratesOf } from "../models/prices.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";

/** Nano-dollars per dollar. */
export const NANO_PER_USD = 1_000_000_000;

/** A dollar per million tokens is a thousand nano-dollars per token. */
const NANO_PER_TOKEN = 1_000;

/** What one message cost. */
export interface Cost {
  /** What the upstream charges; `null` if its price is unknown. */
  paidNanoUsd: number | null;
  /**
   * What the model the client asked for would have cost for the same tokens, at
   * its list price; `null` if it has none.
   */
  listNanoUsd: number | null;
  /** The tokens are ccproxy's estimate. */
  isEstimate: boolean;
}

/** Input of {@linkcode costOf}. */
export interface CostOptions {
  /** Attempts made at upstreams: without any, nothing is charged. */
  attempts: number;
  /** Those of the upstream's model. */
  prices: Prices | undefined;
  /** Those of the model the client asked for. */
  listPrices: Prices | undefined;
  /** Time of the request, epoch milliseconds. */
  nowMs: number;
}

/** Computes what a message cost; a charge reported by the upstream wins. */
export function costOf(
  usage: CountedUsage,
  { attempts, prices, listPrices, nowMs }: CostOptions,
): Cost {
  const price = (prices: Prices | undefined) =>
    prices ? priceOf(usage, { prices, nowMs }) : null;
  const { billedUsd, isEstimate = false } = usage;
  return {
    paidNanoUsd: attempts === 0
      ? 0
      : billedUsd === undefined
      ? price(prices)
      : toNanoUsd(billedUsd),
    listNanoUsd: price(listPrices),
    isEstimate: isEstimate && attempts > 0,
  };
}

/** What was saved compared with the list price; negative if more was paid. */
export function savedNanoUsd(
  { paidNanoUsd, listNanoUsd }: Cost,
): number | null {
  return paidNanoUsd === null || listNanoUsd === null
    ? null
    : listNanoUsd - paidNanoUsd;
}

/** Converts nano-dollars to dollars, only for display, not for adding up. */
export function toUsd(nanoUsd: number): number {
  return nanoUsd / NANO_PER_USD;
}

/** The price of tokens in nano-dollars, rounded once, after adding up. */
function priceOf(
  usage: Usage,
  { prices, nowMs }: { prices: Prices; nowMs: number },
): number {
  const promptTokens = usage.input_tokens + usage.cache_read_input_tokens +
    usage.cache_creation_input_tokens;
  return atRates(usage, ratesOf(prices, { promptTokens, nowMs }));
}

function atRates(
  usage: Usage,
  { inputUsd, cacheReadUsd, cacheWriteUsd, outputUsd }: Rates,
): number {
  const perToken = usage.input_tokens * inputUsd +
    usage.cache_read_input_tokens * cacheReadUsd +
    usage.cache_creation_input_tokens * cacheWriteUsd +
    usage.output_tokens * outputUsd;
  return Math.round(perToken * NANO_PER_TOKEN);
}

function toNanoUsd(usd: number): number {
  return Math.round(usd * NANO_PER_USD);
}
