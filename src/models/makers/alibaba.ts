import { models, NO_EFFORT, prices } from "./rows.ts";

const QWEN = "https://www.alibabacloud.com/help/en/model-studio/models";
const QWEN_4 = "https://docs.apiyi.com/api-capabilities/qwen-4/overview";

export const ALIBABA_MODELS = [
  ...models({ sampling: true, vision: true }, {
    "qwen4-max": [991_808, 384_000, null, QWEN_4],
    "qwen3.8-max": [991_808, 131_072, null, QWEN],
    "qwen3.8-flash": [991_808, 131_072, null, QWEN],
    "qwen3.7-plus": [991_808, 65_536, null, QWEN],
  }),
  ...models({ sampling: true, vision: false }, {
    "qwen3.7-max": [991_808, 65_536, null, QWEN],
    "qwen3-coder-plus": [997_952, 65_536, NO_EFFORT, QWEN],
  }),
];

const LIST = { source: QWEN, asOf: "2026-11-15" };

/** The prices of the international site. */
export const ALIBABA_PRICES = [
  ...prices(LIST, {
    "qwen3.8-max": [2, 0.25, null, 6],
    "qwen3.8-flash": [0.15, 0.016, 0.2, 0.47],
    "qwen3.7-max": [2.5, 0.5, 3.125, 7.5],
  }),
  ...prices({ source: QWEN_4, asOf: "2026-11-17" }, {
    "qwen4-max": [1.5, 0.075, null, 4.5],
  }),
  ...prices({
    ...LIST,
    longer: [{ overTokens: 256_000, input: 3, output: 3 }],
  }, {
    "qwen3.7-plus": [0.4, 0.08, null, 1.6],
  }),
  ...prices({
    ...LIST,
    longer: [
      { overTokens: 32_000, input: 1.8, output: 1.8 },
      { overTokens: 128_000, input: 3, output: 3 },
      { overTokens: 256_000, input: 6, output: 12 },
    ],
  }, {
    "qwen3-coder-plus": [1, 0.1, null, 5],
  }),
];
