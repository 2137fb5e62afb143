/**
 * What is known about upstream models by name: limits, efforts, abilities,
 * prices. Pure data and its lookup. For a name that is not here, requests stay
 * as they are, and the dialect knows what its upstream's models accept.
 *
 * @module
 */
import { ALIBABA_MODELS, ALIBABA_PRICES } from "./makers/alibaba.ts";
import { CLAUDE_PRICES } from "./makers/anthropic.ts";
import { DEEPSEEK_MODELS, DEEPSEEK_PRICES } from "./makers/deepseek.ts";
import { GOOGLE_MODELS, GOOGLE_PRICES } from "./makers/google.ts";
import { MISTRAL_MODELS, MISTRAL_PRICES } from "./makers/mistral.ts";
import { MOONSHOT_MODELS, MOONSHOT_PRICES } from "./makers/moonshot.ts";
import { OPENAI_MODELS, OPENAI_PRICES } from "./makers/openai.ts";
import type { CatalogueRow } from "./makers/rows.ts";
import { XAI_MODELS, XAI_PRICES } from "./makers/xai.ts";
import { ZHIPU_MODELS, ZHIPU_PRICES } from "./makers/zhipu.ts";
import type { Prices } from "./prices.ts";

/** Every known model by its maker's id, without a vendor prefix. */
export const CATALOGUE: ReadonlyMap<string, CatalogueRow> = new Map([
  ...OPENAI_MODELS,
  ...DEEPSEEK_MODELS,
  ...XAI_MODELS,
  ...GOOGLE_MODELS,
  ...MISTRAL_MODELS,
  ...MOONSHOT_MODELS,
  ...ZHIPU_MODELS,
  ...ALIBABA_MODELS,
]);

/** List prices by the same ids, and those of Claude's models. */
export const PRICES: ReadonlyMap<string, Prices> = new Map([
  ...OPENAI_PRICES,
  ...DEEPSEEK_PRICES,
  ...XAI_PRICES,
  ...GOOGLE_PRICES,
  ...MISTRAL_PRICES,
  ...MOONSHOT_PRICES,
  ...ZHIPU_PRICES,
  ...ALIBABA_PRICES,
  ...CLAUDE_PRICES,
]);

/** OpenRouter's names for the makers; `xai/` is common elsewhere. */
const VENDOR_PREFIX =
  /^(?:openai|deepseek|x-ai|xai|google|mistralai|moonshotai|z-ai|qwen)\//;

/** `-2025-08-07`, `-20250807` or `-0807` at the end of an id. */
const SNAPSHOT_SUFFIX = /-(?:20\d\d-?[01]\d-?[0-3]\d|[01]\d[0-3]\d)$/;

/** How clients and OpenRouter decorate Claude's plain ids. */
const CLAUDE_DECORATION = /^anthropic\/|\[1m\]$/gi;

/**
 * Looks up what is known about a model.
 *
 * The exact id wins; then the id without a known vendor prefix
 * (`openai/gpt-5`); then that without a snapshot date, so a snapshot that
 * differs from its model needs its own row. Other variants (`gpt-5:free`,
 * `gpt-5-turbo`) and other vendors' models of the same name are not resolved.
 *
 * @returns `undefined` for a model the catalogue does not know.
 *
 * @example An OpenRouter id and a dated snapshot
 * ```ts
 * import { lookUpModel } from "./catalogue.ts";
 * import { strictEqual as equal } from "node:assert";
 *
 * equal(lookUpModel("openai/gpt-5.4-2026-03-05")?.contextTokens, 1_050_000);
 * equal(lookUpModel("my-finetune"), undefined);
 * ```
 */
export function lookUpModel(model: string): CatalogueRow | undefined {
  return lookUp(CATALOGUE, model.replace(VENDOR_PREFIX, ""));
}

/**
 * Looks up a model's list prices, for the same names as {@linkcode lookUpModel}
 * and for Claude's, as clients and OpenRouter spell them.
 *
 * @returns `undefined` if no price is known, which does not mean that it is
 * free.
 *
 * @example
 * ```ts
 * import { lookUpPrices } from "./catalogue.ts";
 * import { strictEqual as equal } from "node:assert";
 *
 * equal(lookUpPrices("claude-sonnet-4-5-20250929[1m]")?.rates.inputUsd, 3);
 * ```
 */
export function lookUpPrices(model: string): Prices | undefined {
  const plain = model.replace(CLAUDE_DECORATION, "");
  return plain.startsWith("claude-")
    ? lookUp(PRICES, plain.replaceAll(".", "-"))
    : lookUp(PRICES, model.replace(VENDOR_PREFIX, ""));
}

function lookUp<T>(rows: ReadonlyMap<string, T>, id: string): T | undefined {
  return rows.get(id) ?? rows.get(id.replace(SNAPSHOT_SUFFIX, ""));
}
