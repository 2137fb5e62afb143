import { models, NO_EFFORT, NONE_OR_HIGH, prices } from "./rows.ts";

const MISTRAL = "https://docs.mistral.ai/models";
const LARGE_4 = `${MISTRAL}/mistral-large-4`;
const LARGE_3 = `${MISTRAL}/mistral-large-3-25-12`;
const MEDIUM = `${MISTRAL}/model-cards/mistral-medium-3-5-26-04`;
const SMALL = `${MISTRAL}/model-cards/mistral-small-4-0-26-03`;
const DEVSTRAL = "https://mistral.ai/news/devstral-2-vibe-cli";
const DEVSTRAL_SMALL = `${MISTRAL}/devstral-small-2-25-12`;
const CODESTRAL = `${MISTRAL}/model-cards/codestral-25-08`;

/** Only the context window limits their output. */
export const MISTRAL_MODELS = [
  ...models({ sampling: true, vision: true }, {
    "mistral-large-4": [1_048_576, 1_048_576, NONE_OR_HIGH, LARGE_4],
    "mistral-large-4-0": [1_048_576, 1_048_576, NONE_OR_HIGH, LARGE_4],
    "mistral-large-3": [262_144, 262_144, NO_EFFORT, LARGE_3],
    "mistral-large-2512": [262_144, 262_144, NO_EFFORT, LARGE_3],
    "mistral-large-latest": [262_144, 262_144, NO_EFFORT, LARGE_3],
    "mistral-medium-3-5": [262_144, 262_144, NONE_OR_HIGH, MEDIUM],
    "mistral-medium-2604": [262_144, 262_144, NONE_OR_HIGH, MEDIUM],
    "mistral-medium-latest": [262_144, 262_144, NONE_OR_HIGH, MEDIUM],
    "mistral-small-2603": [262_144, 262_144, NONE_OR_HIGH, SMALL],
    "mistral-small-latest": [262_144, 262_144, NONE_OR_HIGH, SMALL],
    "magistral-medium-latest": [262_144, 262_144, NO_EFFORT, MEDIUM],
    "magistral-small-latest": [262_144, 262_144, NO_EFFORT, SMALL],
  }),
  ...models({ sampling: true, vision: false }, {
    "devstral-latest": [256_000, 256_000, NONE_OR_HIGH, DEVSTRAL],
    "devstral-medium-latest": [256_000, 256_000, NONE_OR_HIGH, DEVSTRAL],
    "devstral-small-latest": [256_000, 256_000, null, DEVSTRAL_SMALL],
    "codestral-2508": [128_000, 128_000, NO_EFFORT, CODESTRAL],
    "codestral-latest": [128_000, 128_000, NO_EFFORT, CODESTRAL],
  }),
];

export const MISTRAL_PRICES = prices({
  source: "https://mistral.ai/pricing",
  asOf: "2026-11-15",
}, {
  "mistral-large-4": [1.36, 0.14, null, 4.18],
  "mistral-large-4-0": [1.36, 0.14, null, 4.18],
  "mistral-large-3": [0.5, 0.05, null, 1.5],
  "mistral-large-2512": [0.5, 0.05, null, 1.5],
  "mistral-large-latest": [0.5, 0.05, null, 1.5],
  "mistral-medium-3-5": [1.5, 0.15, null, 7.5],
  "mistral-medium-2604": [1.5, 0.15, null, 7.5],
  "mistral-medium-latest": [1.5, 0.15, null, 7.5],
  "mistral-small-2603": [0.15, 0.015, null, 0.6],
  "mistral-small-latest": [0.15, 0.015, null, 0.6],
  "magistral-medium-latest": [1.5, 0.15, null, 7.5],
  "magistral-small-latest": [0.15, 0.015, null, 0.6],
  "devstral-latest": [0.4, 0.04, null, 2],
  "devstral-medium-latest": [0.4, 0.04, null, 2],
  "devstral-small-latest": [0.1, 0.01, null, 0.3],
  "codestral-2508": [0.3, 0.03, null, 0.9],
  "codestral-latest": [0.3, 0.03, null, 0.9],
});
