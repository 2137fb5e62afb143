import { lookUpPrices } from "../models/catalogue.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";
import { type Cost, costOf } from "./cost.ts";

/** Whose message it is. */
export interface PricedMessage {
  usage: CountedUsage | null;
  /** As the client asked for it. */
  model: string;
  /** The upstream's name for its model. */
  upstreamModel: string;
  /** Requests made to upstreams. */
  attempts: number;
  /** When it was asked, epoch milliseconds. */
  nowMs: number;
}

/** What a message cost by the catalogue; `null` where no tokens are known. */
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
