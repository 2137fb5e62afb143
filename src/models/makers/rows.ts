/**
 * Notation of the makers' tables: first what a table's models have in common,
 * then their figures.
 *
 * @module
 */
import type { Effort, Limits } from "../../openai/capabilities.ts";
import type { LaterPrices, PeakHours, Prices, Rates } from "../prices.ts";

/** What one model accepts. */
export interface CatalogueRow extends Readonly<Limits> {
  /**
   * Efforts the model accepts, weakest first; empty: none; `null`: its
   * upstream's dialect decides.
   */
  readonly efforts: readonly Effort[] | null;
  /** False if the model rejects temperature, top_p and stop. */
  readonly sampling: boolean;
  /** Accepts images. */
  readonly vision: boolean;
  /** Source of the figures: a URL, or the reference system's table. */
  readonly source: string;
}

/** Context tokens, maximum output tokens, efforts, source. */
type Figures = readonly [number, number, readonly Effort[] | null, string];

/** Dollars per million tokens: input, cache read, cache write, output. */
type Usd = readonly [number, number | null, number | null, number];

/** What a table's prices have in common. */
interface Terms {
  source: string;
  asOf: string;
  /** Multipliers for all tokens of requests with longer prompts. */
  longer?: readonly { overTokens: number; input: number; output: number }[];
  peak?: PeakHours;
  later?: LaterPrices;
}

export const NO_EFFORT: readonly Effort[] = [];
export const NONE_OR_HIGH: readonly Effort[] = ["none", "high"];
export const LOW_TO_HIGH: readonly Effort[] = ["low", "medium", "high"];
export const LOW_TO_XHIGH: readonly Effort[] = [...LOW_TO_HIGH, "xhigh"];
export const LOW_TO_MAX: readonly Effort[] = [...LOW_TO_XHIGH, "max"];
export const LOW_HIGH_MAX: readonly Effort[] = ["low", "high", "max"];
export const MEDIUM_TO_XHIGH: readonly Effort[] = ["medium", "high", "xhigh"];
export const MINIMAL_TO_HIGH: readonly Effort[] = ["minimal", ...LOW_TO_HIGH];
export const MINIMAL_TO_MAX: readonly Effort[] = ["minimal", ...LOW_TO_MAX];
export const NONE_TO_HIGH: readonly Effort[] = ["none", ...LOW_TO_HIGH];
export const NONE_TO_XHIGH: readonly Effort[] = ["none", ...LOW_TO_XHIGH];
export const NONE_TO_MAX: readonly Effort[] = ["none", ...LOW_TO_MAX];

/** Models of one maker with the same abilities. */
export function models(
  traits: Pick<CatalogueRow, "sampling" | "vision">,
  figuresById: Readonly<Record<string, Figures>>,
): [string, CatalogueRow][] {
  return Object.entries(figuresById).map(([id, figures]) => {
    const [contextTokens, maxOutputTokens, efforts, source] = figures;
    return [id, { contextTokens, maxOutputTokens, efforts, ...traits, source }];
  });
}

/**
 * Prices on the same terms. If a maker names none for cache reads or writes,
 * such tokens cost the same as other input.
 */
export function prices(
  { longer = [], ...terms }: Terms,
  usdById: Readonly<Record<string, Usd>>,
): [string, Prices][] {
  return Object.entries(usdById).map(([id, usd]) => {
    const rates = toRates(usd);
    const longerRates = longer.map(({ overTokens, input, output }) => ({
      overTokens,
      rates: {
        inputUsd: rates.inputUsd * input,
        cacheReadUsd: rates.cacheReadUsd * input,
        cacheWriteUsd: rates.cacheWriteUsd * input,
        outputUsd: rates.outputUsd * output,
      },
    }));
    return [id, { rates, longer: longerRates, ...terms }];
  });
}

function toRates([inputUsd, cacheRead, cacheWrite, outputUsd]: Usd): Rates {
  return {
    inputUsd,
    cacheReadUsd: cacheRead ?? inputUsd,
    cacheWriteUsd: cacheWrite ?? inputUsd,
    outputUsd,
  };
}
