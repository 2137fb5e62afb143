import { models, prices } from "./rows.ts";

const ZAI = "https://docs.z.ai/guides/overview/pricing";

export const ZHIPU_MODELS = [
  ...models({ sampling: true, vision: false }, {
    "glm-4.5": [128_000, 32_000, null, ZAI],
    "glm-4.5-air": [128_000, 32_000, null, ZAI],
    "glm-4.6": [200_000, 128_000, null, ZAI],
    "glm-4.7": [200_000, 128_000, null, ZAI],
    "glm-4.7-flash": [200_000, 128_000, null, ZAI],
    "glm-5": [200_000, 128_000, null, ZAI],
    "glm-5.1": [200_000, 128_000, null, ZAI],
    "glm-5.2": [1_000_000, 128_000, null, ZAI],
    "glm-5.3": [1_000_000, 128_000, null, ZAI],
  }),
  ...models({ sampling: true, vision: true }, {
    "glm-5.3-flash": [1_048_576, 128_000, null, ZAI],
    "glm-5v-turbo": [200_000, 128_000, null, ZAI],
  }),
];

export const ZHIPU_PRICES = prices({ source: ZAI, asOf: "2026-11-15" }, {
  "glm-4.5": [0.6, null, null, 2.2],
  "glm-4.5-air": [0.2, null, null, 1.1],
  "glm-4.6": [0.6, 0.11, null, 2.2],
  "glm-4.7": [0.6, 0.11, null, 2.2],
  "glm-4.7-flash": [0, 0, 0, 0],
  "glm-5": [1, 0.2, null, 3.2],
  "glm-5.1": [1.4, 0.26, null, 4.4],
  "glm-5.2": [1.4, 0.26, null, 4.4],
  "glm-5.3": [1.4, 0.26, null, 4.4],
  "glm-5.3-flash": [0.15, 0.03, null, 0.5],
  "glm-5v-turbo": [1.2, 0.24, null, 4],
});
