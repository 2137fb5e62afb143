import type { Usage } from "../anthropic/message.ts";
import { addTokens } from "./usage.ts";

/** Usage as counted here; clients get only the fields of `Usage`. */
export interface CountedUsage extends Usage {
  /** What the upstream says it charges, in US dollars. */
  billedUsd?: number;
  /** Estimated by ccproxy: the upstream has reported none, or none yet. */
  isEstimate?: boolean;
}

/** Adds up the usage of an answer's turns. */
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
