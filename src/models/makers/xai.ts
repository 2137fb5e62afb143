import {
  LOW_TO_HIGH,
  LOW_TO_XHIGH,
  models,
  NO_EFFORT,
  NONE_TO_HIGH,
  prices,
} from "./rows.ts";
import { LITELLM, MODELS_DEV, MODELS_DEV_GIT, REFERENCE } from "./sources.ts";

const XAI = "https://docs.x.ai/developers";

/**
 * Only the context window limits the output of xAI's newer models. Those
 * without efforts answer 400 to the parameter.
 */
export const XAI_MODELS = [
  ...models({ sampling: true, vision: false }, {
    "grok-code-fast-1": [256_000, 10_000, NO_EFFORT, REFERENCE],
  }),
  ...models({ sampling: true, vision: true }, {
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
];

const LIST = {
  source: LITELLM,
  asOf: "2026-11-15",
  longer: [{ overTokens: 200_000, input: 2, output: 2 }],
};

/** Source: https://api.x.ai/v1/language-models. */
export const XAI_PRICES = [
  ...prices(LIST, {
    // Retired on 2026-05-15, when it cost 0.20 and 1.50. The name is still
    // accepted and costs what grok-build-0.1 does.
    // https://docs.x.ai/developers/migration/may-15-retirement
    "grok-code-fast-1": [1, 0.2, null, 2],
    "grok-4.20": [1.25, 0.2, null, 2.5],
    "grok-4.20-reasoning": [1.25, 0.2, null, 2.5],
    "grok-4.20-non-reasoning": [1.25, 0.2, null, 2.5],
    "grok-4.3": [1.25, 0.2, null, 2.5],
    "grok-4.5": [2, 0.3, null, 6],
    "grok-4.6": [2, 0.5, null, 6],
    "grok-4.7": [2, 0.5, null, 6],
    "grok-build-0.1": [1, 0.2, null, 2],
  }),
  // Retired the same day; its last prices.
  ...prices({
    source: "https://apidog.com/jp/blog/how-to-access-grok-4-api-jp",
    asOf: "2026-05-15",
    longer: [{ overTokens: 128_000, input: 2, output: 2 }],
  }, {
    "grok-4": [3, 0.75, null, 15],
  }),
];
