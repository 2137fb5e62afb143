import type { Usage } from "../anthropic/message.ts";

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
    ...b,
    input_tokens: a.input_tokens + b.input_tokens,
    cache_creation_input_tokens: a.cache_creation_input_tokens +
      b.cache_creation_input_tokens,
    cache_read_input_tokens: a.cache_read_input_tokens +
      b.cache_read_input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    output_tokens_details: {
      thinking_tokens: a.output_tokens_details.thinking_tokens +
        b.output_tokens_details.thinking_tokens,
    },
    ...(billed.length > 0
      ? { billedUsd: billed.reduce((sum, usd) => sum + usd, 0) }
      : {}),
    isEstimate: (a.isEstimate ?? false) || (b.isEstimate ?? false),
  };
}
