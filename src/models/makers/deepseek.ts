import { MINIMAL_TO_MAX, models, NO_EFFORT, prices } from "./rows.ts";
import { LITELLM, MODELS_DEV_GIT, REFERENCE } from "./sources.ts";

const DEEPSEEK = "https://api-docs.deepseek.com/quick_start/pricing";

/**
 * DeepSeek maps every effort but `none` to its own three and ignores sampling
 * while thinking. Its "384K" are 393,216 in its 400.
 *
 * @see {@link https://api-docs.deepseek.com/guides/thinking_mode}
 * @see {@link https://github.com/MoonshotAI/kimi-code/issues/509}
 */
export const DEEPSEEK_MODELS = [
  ...models({ sampling: true, vision: false }, {
    "deepseek-chat": [163_840, 8_192, NO_EFFORT, REFERENCE],
    "deepseek-reasoner": [163_840, 65_536, NO_EFFORT, REFERENCE],
    "deepseek-v3.2": [163_840, 163_840, NO_EFFORT, MODELS_DEV_GIT],
    "deepseek-v4-pro": [1_000_000, 393_216, MINIMAL_TO_MAX, DEEPSEEK],
    // DeepSeek serves V4.1, which sees; OpenRouter still serves V4, text only.
    "deepseek-v4-flash": [1_000_000, 393_216, MINIMAL_TO_MAX, DEEPSEEK],
  }),
  ...models({ sampling: true, vision: true }, {
    "deepseek-flash": [1_000_000, 393_216, MINIMAL_TO_MAX, DEEPSEEK],
    "deepseek-v4.1-flash": [1_000_000, 384_000, MINIMAL_TO_MAX, MODELS_DEV_GIT],
  }),
];

/** Chinese holidays, which are also off-peak, are ignored here. */
const PEAK = { hoursUtc: [[1, 4], [6, 10]], offPeak: 0.5 } as const;

export const DEEPSEEK_PRICES = [
  ...prices({ source: DEEPSEEK, asOf: "2026-11-15", peak: PEAK }, {
    "deepseek-v4-pro": [1.32, 0.044, null, 3.96],
    "deepseek-flash": [0.3, 0.006, null, 1.2],
    "deepseek-v4-flash": [0.3, 0.006, null, 1.2],
    "deepseek-v4.1-flash": [0.3, 0.006, null, 1.2],
  }),
  // No longer served by DeepSeek itself; its last prices.
  ...prices({ source: LITELLM, asOf: "2026-11-15" }, {
    "deepseek-chat": [0.28, 0.028, null, 0.42],
    "deepseek-reasoner": [0.28, 0.028, null, 0.42],
    "deepseek-v3.2": [0.28, 0.028, null, 0.4],
  }),
];
