/**
 * How the makers' tables are written: what a table's models have in common once,
 * then their figures.
 *
 * @module
 */
import type { Effort, Limits } from "../../openai/capabilities.ts";
import type { LaterPrices, PeakHours, Prices, Rates } from "../prices.ts";

/** What one model takes. */
export interface CatalogueRow extends Readonly<Limits> {
  /**
   * Efforts the model accepts, weakest first; empty: it takes no effort; `null`:
   * its upstream's dialect knows.
   */
  readonly efforts: readonly Effort[] | null;
  /** False where the model rejects temperature, top_p and stop. */
  readonly sampling: boolean;
  /** Takes image input. */
  readonly vision: boolean;
  /** Where the figures come from: a URL, or the reference system's table. */
  readonly source: string;
}

/** Context tokens, most output tokens, efforts, source. */
type Figures = readonly [number, number, readonly Effort[] | null, string];

/** Dollars for a million tokens: input, cache read, cache write, output. */
type Usd = readonly [number, number | null, number | null, number];

/** What a table's prices have in common. */
interface Terms {
  source: string;
  asOf: string;
  /** How much dearer the tokens of longer prompts and their answers are. */
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

/** A maker's models of the same abilities. */
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
 * Prices on the same terms. Where a maker names none for reading or writing the
 * cache, such tokens cost what other input does.
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
