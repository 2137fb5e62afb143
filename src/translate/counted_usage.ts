import type { Usage } from "../anthropic/message.ts";
import { addTokens } from "./usage.ts";

/** Usage as it is counted here; clients are told the first part alone. */
export interface CountedUsage extends Usage {
  /** What the upstream itself says it asks, in US dollars. */
  billedUsd?: number;
  /** Counted by ccproxy: the upstream has not told, or not before its end. */
  isEstimate?: boolean;
}

/** Adds up what several turns of one answer used. */
export function sumUsage(a: CountedUsage, b: CountedUsage): CountedUsage {
  const billed = [a.billedUsd, b.billedUsd].filter((usd) => usd !== undefined);
  return {
    ...addTokens(a, b),
    ...(billed.length > 0
      ? { billedUsd: billed.reduce((sum, usd) => sum + usd, 0) }
      : {}),
    isEstimate: (a.isEstimate ?? false) || (b.isEstimate ?? false),
  };
}
