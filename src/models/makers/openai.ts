import {
  LOW_TO_HIGH,
  LOW_TO_MAX,
  LOW_TO_XHIGH,
  MEDIUM_TO_XHIGH,
  MINIMAL_TO_HIGH,
  models,
  NO_EFFORT,
  NONE_TO_HIGH,
  NONE_TO_MAX,
  NONE_TO_XHIGH,
  prices,
} from "./rows.ts";
import {
  LITELLM,
  MODELS_DEV,
  MODELS_DEV_GIT,
  OPENROUTER,
  REFERENCE,
  TOKEN_METER,
} from "./sources.ts";

const OPENAI = "https://developers.openai.com/api/docs/models";
const RUNWARE = "https://runware.ai/docs/models/openai-gpt-6-2-sol";

export const OPENAI_MODELS = [
  // Reasoning models
  ...models({ sampling: false, vision: true }, {
    "o1": [200_000, 100_000, LOW_TO_HIGH, MODELS_DEV],
    "o3": [200_000, 100_000, LOW_TO_HIGH, REFERENCE],
    "o3-2025-04-16": [200_000, 100_000, LOW_TO_HIGH, REFERENCE],
    "o3-pro": [200_000, 100_000, LOW_TO_HIGH, MODELS_DEV],
    // OpenAI itself says 200,000; the reference's lower figure is kept.
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
    "gpt-6.2-astra": [1_050_000, 128_000, LOW_TO_MAX, TOKEN_METER],
  }),
  ...models({ sampling: false, vision: false }, {
    "o3-mini": [200_000, 100_000, LOW_TO_HIGH, MODELS_DEV],
  }),
  // Models that do not reason
  ...models({ sampling: true, vision: true }, {
    "gpt-4o": [128_000, 16_384, NO_EFFORT, MODELS_DEV],
    "gpt-4o-2024-05-13": [128_000, 4_096, NO_EFFORT, MODELS_DEV],
    "gpt-4o-mini": [128_000, 16_384, NO_EFFORT, MODELS_DEV],
    "gpt-4.1": [1_047_576, 32_768, NO_EFFORT, MODELS_DEV],
    "gpt-4.1-mini": [1_047_576, 32_768, NO_EFFORT, MODELS_DEV],
    "gpt-4.1-nano": [1_047_576, 32_768, NO_EFFORT, MODELS_DEV],
  }),
];

const LIST = { source: LITELLM, asOf: "2026-11-15" };
const LONG_PROMPTS = [{ overTokens: 272_000, input: 2, output: 1.5 }];

/** Source: https://developers.openai.com/api/docs/pricing. */
export const OPENAI_PRICES = [
  ...prices(LIST, {
    "o1": [15, 7.5, null, 60],
    "o3": [2, 0.5, null, 8],
    "o3-pro": [20, null, null, 80],
    "o3-mini": [1.1, 0.55, null, 4.4],
    "o4-mini": [1.1, 0.275, null, 4.4],
    "gpt-5": [1.25, 0.125, null, 10],
    "gpt-5-mini": [0.25, 0.025, null, 2],
    "gpt-5-nano": [0.05, 0.005, null, 0.4],
    "gpt-5-codex": [1.25, 0.125, null, 10],
    "gpt-5.1": [1.25, 0.125, null, 10],
    "gpt-5.1-codex": [1.25, 0.125, null, 10],
    "gpt-5.1-codex-mini": [0.25, 0.025, null, 2],
    "gpt-5.1-codex-max": [1.25, 0.125, null, 10],
    "gpt-5.2": [1.75, 0.175, null, 14],
    "gpt-5.2-codex": [1.75, 0.175, null, 14],
    "gpt-5.2-pro": [21, null, null, 168],
    "gpt-5.3-codex": [1.75, 0.175, null, 14],
    "gpt-5.4-mini": [0.75, 0.075, null, 4.5],
    "gpt-5.4-nano": [0.2, 0.02, null, 1.25],
    "gpt-4o": [2.5, 1.25, null, 10],
    "gpt-4o-2024-05-13": [5, null, null, 15],
    "gpt-4o-mini": [0.15, 0.075, null, 0.6],
    "gpt-4.1": [2, 0.5, null, 8],
    "gpt-4.1-mini": [0.4, 0.1, null, 1.6],
    "gpt-4.1-nano": [0.1, 0.025, null, 0.4],
  }),
  ...prices({ ...LIST, longer: LONG_PROMPTS }, {
    "gpt-5.4": [2.5, 0.25, null, 15],
    "gpt-5.4-pro": [30, null, null, 180],
    "gpt-5.5": [5, 0.5, null, 30],
    "gpt-5.5-pro": [30, null, null, 180],
    "gpt-5.6": [4, 0.4, 5, 20],
    "gpt-5.6-sol": [4, 0.4, 5, 20],
    "gpt-5.6-terra": [2, 0.2, 2.5, 12],
    "gpt-5.6-luna": [0.2, 0.02, 0.25, 1.2],
    "gpt-6-astra": [10, 1, 12.5, 50],
    "gpt-6-sol": [2, 0.2, 2.5, 10],
    "gpt-6-luna": [0.1, 0.01, 0.125, 0.5],
    "gpt-6.1-sol": [2, 0.1, 2.5, 10],
    "gpt-6.1-terra": [1, 0.05, 1.25, 5],
    "gpt-6.2-sol": [2, 0.1, 2.5, 10],
  }),
  ...prices({
    source: TOKEN_METER,
    asOf: "2026-11-27",
    longer: LONG_PROMPTS,
  }, {
    "gpt-6.2-astra": [8, 0.4, 10, 40],
  }),
];
