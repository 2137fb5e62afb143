/**
 * What is known of upstream models by name: limits, efforts, abilities. Pure
 * data and its lookup. A name that is not here is no error: what was asked is
 * then kept, and the dialect knows what its upstream's models take.
 *
 * @module
 */
import type { Effort, Limits } from "../openai/capabilities.ts";

/** What one upstream model takes. */
export interface ModelRow extends Readonly<Limits> {
  /** Efforts the model accepts, weakest first; empty: it takes no effort. */
  readonly efforts: readonly Effort[];
  /** False where the model rejects temperature, top_p and stop. */
  readonly sampling: boolean;
  /** Takes image input. */
  readonly vision: boolean;
  /** Where the figures come from: a URL, or the reference system's table. */
  readonly source: string;
}

/** Context tokens, most output tokens, efforts, source. */
type Figures = readonly [number, number, readonly Effort[], string];

const NO_EFFORT: readonly Effort[] = [];
const LOW_TO_HIGH: readonly Effort[] = ["low", "medium", "high"];
const LOW_TO_XHIGH: readonly Effort[] = [...LOW_TO_HIGH, "xhigh"];
const LOW_TO_MAX: readonly Effort[] = [...LOW_TO_XHIGH, "max"];
const MEDIUM_TO_XHIGH: readonly Effort[] = ["medium", "high", "xhigh"];
const MINIMAL_TO_HIGH: readonly Effort[] = ["minimal", ...LOW_TO_HIGH];
const MINIMAL_TO_MAX: readonly Effort[] = ["minimal", ...LOW_TO_MAX];
const NONE_TO_HIGH: readonly Effort[] = ["none", ...LOW_TO_HIGH];
const NONE_TO_XHIGH: readonly Effort[] = ["none", ...LOW_TO_XHIGH];
const NONE_TO_MAX: readonly Effort[] = ["none", ...LOW_TO_MAX];

const REFERENCE = "the reference system's table";
const OPENAI = "https://developers.openai.com/api/docs/models";
const DEEPSEEK = "https://api-docs.deepseek.com/quick_start/pricing";
const XAI = "https://docs.x.ai/developers";
const OPENROUTER = "https://openrouter.ai/api/v1/models as of 2026-11-10";
const MODELS_DEV = "https://models.dev/api.json as of 2026-11-10";
const MODELS_DEV_GIT = "https://github.com/anomalyco/models.dev"; // models/*/*
const LITELLM = "litellm 1.109.1, model_prices_and_context_window.json";
const RUNWARE = "https://runware.ai/docs/models/openai-gpt-6-2-sol";

/** Every known model by its maker's id, without a vendor prefix. */
export const CATALOGUE: ReadonlyMap<string, ModelRow> = new Map([
  // OpenAI's reasoning models
  ...section({ sampling: false, vision: true }, {
    "o1": [200_000, 100_000, LOW_TO_HIGH, MODELS_DEV],
    "o3": [200_000, 100_000, LOW_TO_HIGH, REFERENCE],
    "o3-2025-04-16": [200_000, 100_000, LOW_TO_HIGH, REFERENCE],
    "o3-pro": [200_000, 100_000, LOW_TO_HIGH, MODELS_DEV],
    // OpenAI itself gives 200,000; the lower figure of the reference is kept.
    "o4-mini": [128_000, 100_000, LOW_TO_HIGH, REFERENCE],
    "gpt-5": [400_000, 128_000, MINIMAL_TO_HIGH, REFERENCE],
    "gpt-5-2025-08-07": [400_000, 128_000, MINIMAL_TO_HIGH, REFERENCE],
    "gpt-5-mini": [400_000, 128_000, MINIMAL_TO_HIGH, REFERENCE],
    "gpt-5-mini-2025-08-07": [400_000, 128_000, MINIMAL_TO_HIGH, REFERENCE],
    "gpt-5-nano": [400_000, 128_000, MINIMAL_TO_HIGH, MODELS_DEV],
    "gpt-5-codex": [400_000, 128_000, LOW_TO_HIGH, MODELS_DEV_GIT],
    "gpt-5.1": [400_000, 128_000, NONE_TO_HIGH, MODELS_DEV],
    "gpt-5.1-codex": [400_000, 128_000, LOW_TO_HIGH, OPENROUTER],
    "gpt-5.1-codex-mini": [400_000, 128_000, LOW_TO_HIGH, OPENROUTER],
    "gpt-5.1-codex-max": [400_000, 128_000, LOW_TO_XHIGH, OPENROUTER],
    "gpt-5.2": [400_000, 128_000, NONE_TO_XHIGH, MODELS_DEV],
    "gpt-5.2-codex": [400_000, 128_000, LOW_TO_XHIGH, OPENROUTER],
    "gpt-5.2-pro": [400_000, 128_000, MEDIUM_TO_XHIGH, MODELS_DEV],
    "gpt-5.3-codex": [400_000, 128_000, LOW_TO_XHIGH, MODELS_DEV],
    "gpt-5.4": [1_050_000, 128_000, NONE_TO_XHIGH, OPENROUTER],
    "gpt-5.4-mini": [400_000, 128_000, NONE_TO_XHIGH, MODELS_DEV],
    "gpt-5.4-nano": [400_000, 128_000, NONE_TO_XHIGH, MODELS_DEV],
    "gpt-5.4-pro": [1_050_000, 128_000, MEDIUM_TO_XHIGH, MODELS_DEV],
    "gpt-5.5": [1_050_000, 128_000, NONE_TO_XHIGH, OPENROUTER],
    "gpt-5.5-pro": [1_050_000, 128_000, MEDIUM_TO_XHIGH, MODELS_DEV],
    "gpt-5.6": [1_050_000, 128_000, NONE_TO_MAX, OPENAI], // gpt-5.6-sol
    "gpt-5.6-sol": [1_050_000, 128_000, NONE_TO_MAX, OPENAI],
    "gpt-5.6-terra": [1_050_000, 128_000, NONE_TO_MAX, OPENAI],
    "gpt-5.6-luna": [1_050_000, 128_000, NONE_TO_MAX, OPENAI],
    "gpt-6-astra": [1_050_000, 128_000, LOW_TO_MAX, OPENAI],
    "gpt-6-sol": [1_050_000, 128_000, NONE_TO_MAX, OPENROUTER],
    "gpt-6-luna": [1_050_000, 128_000, NONE_TO_MAX, OPENROUTER],
    "gpt-6.1-sol": [1_050_000, 128_000, LOW_TO_MAX, OPENROUTER],
    "gpt-6.1-terra": [1_050_000, 128_000, NONE_TO_MAX, OPENROUTER],
    "gpt-6.2-sol": [1_050_000, 128_000, LOW_TO_MAX, RUNWARE],
  }),
  ...section({ sampling: false, vision: false }, {
    "o3-mini": [200_000, 100_000, LOW_TO_HIGH, MODELS_DEV],
  }),
  // OpenAI's other models
  ...section({ sampling: true, vision: true }, {
    "gpt-4o": [128_000, 16_384, NO_EFFORT, MODELS_DEV],
    "gpt-4o-2024-05-13": [128_000, 4_096, NO_EFFORT, MODELS_DEV],
    "gpt-4o-mini": [128_000, 16_384, NO_EFFORT, MODELS_DEV],
    "gpt-4.1": [1_047_576, 32_768, NO_EFFORT, MODELS_DEV],
    "gpt-4.1-mini": [1_047_576, 32_768, NO_EFFORT, MODELS_DEV],
    "gpt-4.1-nano": [1_047_576, 32_768, NO_EFFORT, MODELS_DEV],
  }),
  // DeepSeek maps every effort but `none` to its own three and ignores sampling
  // while thinking (api-docs.deepseek.com/guides/thinking_mode). Its "384K" are
  // 393,216 in its 400, see github.com/MoonshotAI/kimi-code/issues/509.
  ...section({ sampling: true, vision: false }, {
    "deepseek-chat": [163_840, 8_192, NO_EFFORT, REFERENCE],
    "deepseek-reasoner": [163_840, 65_536, NO_EFFORT, REFERENCE],
    "deepseek-v3.2": [163_840, 163_840, NO_EFFORT, MODELS_DEV_GIT],
    "deepseek-v4-pro": [1_000_000, 393_216, MINIMAL_TO_MAX, DEEPSEEK],
    // At DeepSeek it is V4.1 and sees; OpenRouter still serves V4, text only.
    "deepseek-v4-flash": [1_000_000, 393_216, MINIMAL_TO_MAX, DEEPSEEK],
  }),
  ...section({ sampling: true, vision: true }, {
    "deepseek-flash": [1_000_000, 393_216, MINIMAL_TO_MAX, DEEPSEEK],
    "deepseek-v4.1-flash": [1_000_000, 384_000, MINIMAL_TO_MAX, MODELS_DEV_GIT],
  }),
  // xAI's newer models have no output limit but the window. Those without
  // efforts answer 400 to the parameter.
  ...section({ sampling: true, vision: false }, {
    "grok-code-fast-1": [256_000, 10_000, NO_EFFORT, REFERENCE],
  }),
  ...section({ sampling: true, vision: true }, {
    "grok-4": [256_000, 256_000, NO_EFFORT, MODELS_DEV_GIT],
    "grok-4.20": [1_000_000, 1_000_000, NO_EFFORT, LITELLM],
    "grok-4.20-reasoning": [1_000_000, 1_000_000, NO_EFFORT, LITELLM],
    "grok-4.20-non-reasoning": [1_000_000, 1_000_000, NO_EFFORT, LITELLM],
    "grok-4.3": [1_000_000, 1_000_000, NONE_TO_HIGH, LITELLM],
    "grok-4.5": [500_000, 500_000, LOW_TO_HIGH, MODELS_DEV],
    "grok-4.6": [500_000, 500_000, LOW_TO_XHIGH, `${XAI}/grok-4-6`],
    "grok-4.7": [500_000, 500_000, LOW_TO_XHIGH, `${XAI}/grok-4-7`],
    "grok-build-0.1": [256_000, 256_000, NO_EFFORT, LITELLM],
  }),
]);

/** OpenRouter's names of the makers; `xai/` is common elsewhere. */
const VENDOR_PREFIX = /^(?:openai|deepseek|x-ai|xai)\//;

/** `-2025-08-07`, `-20250807` or `-0807` at the end of an id. */
const SNAPSHOT_SUFFIX = /-(?:20\d\d-?[01]\d-?[0-3]\d|[01]\d[0-3]\d)$/;

/**
 * Finds what is known of a model.
 *
 * The exact id wins; then the id without a known vendor prefix
 * (`openai/gpt-5`); then that without a snapshot date, so a snapshot that
 * differs from its model has a row of its own. Other variants (`gpt-5:free`,
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
export function lookUpModel(model: string): ModelRow | undefined {
  const id = model.replace(VENDOR_PREFIX, "");
  return CATALOGUE.get(id) ?? CATALOGUE.get(id.replace(SNAPSHOT_SUFFIX, ""));
}

/** Adds what a section's models have in common to each model's figures. */
function section(
  traits: Pick<ModelRow, "sampling" | "vision">,
  figuresById: Readonly<Record<string, Figures>>,
): [string, ModelRow][] {
  return Object.entries(figuresById).map(([id, figures]) => {
    const [contextTokens, maxOutputTokens, efforts, source] = figures;
    return [id, { contextTokens, maxOutputTokens, efforts, ...traits, source }];
  });
}
