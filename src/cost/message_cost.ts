import { lookUpPrices } from "../models/catalogue.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";
import { type Cost, costOf } from "./cost.ts";

/** The message to price. */
export interface PricedMessage {
  usage: CountedUsage | null;
  /** As the client gave it. */
  model: string;
  /** The upstream's name for its model. */
  upstreamModel: string;
  /** Attempts made at upstreams. */
  attempts: number;
  /** Time of the request, epoch milliseconds. */
  nowMs: number;
}

/** A message's cost by the catalogue; `null` if its tokens are unknown. */
export function messageCost(
  { usage, model, upstreamModel, attempts, nowMs }: PricedMessage,
): Cost | null {
  return usage && costOf(usage, {
    attempts,
    prices: lookUpPrices(upstreamModel),
    listPrices: lookUpPrices(model),
    nowMs,
  });
}
