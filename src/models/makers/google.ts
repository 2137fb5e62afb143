import {
  LOW_TO_HIGH,
  MINIMAL_TO_HIGH,
  models,
  NONE_TO_HIGH,
  prices,
} from "./rows.ts";
import { LITELLM, TOKEN_METER } from "./sources.ts";

const GEMINI = "https://ai.google.dev/gemini-api/docs/latest-model";
const GEMINI_4 =
  "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/start/get-started-with-gemini-4";

/**
 * The Pro models' thinking cannot be switched off; models from 3.6 on reject
 * sampling. Names ending in `latest` are aliases of the models above them.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/openai#thinking}
 */
export const GOOGLE_MODELS = [
  ...models({ sampling: true, vision: true }, {
    "gemini-2.5-pro": [1_048_576, 65_536, LOW_TO_HIGH, LITELLM],
    "gemini-2.5-flash": [1_048_576, 65_536, NONE_TO_HIGH, LITELLM],
    "gemini-2.5-flash-lite": [1_048_576, 65_536, NONE_TO_HIGH, LITELLM],
    "gemini-3-flash-preview": [1_048_576, 65_536, MINIMAL_TO_HIGH, LITELLM],
    "gemini-3.1-pro-preview": [1_048_576, 65_536, LOW_TO_HIGH, LITELLM],
    "gemini-pro-latest": [1_048_576, 65_536, LOW_TO_HIGH, LITELLM],
    "gemini-3.1-flash-lite": [1_048_576, 65_536, MINIMAL_TO_HIGH, LITELLM],
    "gemini-3.5-flash": [1_048_576, 65_536, MINIMAL_TO_HIGH, LITELLM],
  }),
  ...models({ sampling: false, vision: true }, {
    "gemini-3.5-flash-lite": [1_048_576, 65_536, MINIMAL_TO_HIGH, GEMINI],
    "gemini-flash-lite-latest": [1_048_576, 65_536, MINIMAL_TO_HIGH, GEMINI],
    "gemini-3.6-flash": [1_048_576, 65_536, MINIMAL_TO_HIGH, GEMINI],
    "gemini-3.7-flash": [1_048_576, 65_536, LOW_TO_HIGH, GEMINI],
    "gemini-3.8-flash": [1_048_576, 65_536, LOW_TO_HIGH, GEMINI],
    "gemini-flash-latest": [1_048_576, 65_536, LOW_TO_HIGH, GEMINI],
    // Google's own API splits longer answers into several requests.
    "gemini-4-argon": [1_048_576, 65_536, LOW_TO_HIGH, GEMINI_4],
    "gemini-4-neon": [1_048_576, 65_536, null, TOKEN_METER],
  }),
];

const LIST = {
  source: "https://ai.google.dev/gemini-api/docs/pricing",
  asOf: "2026-11-15",
};

export const GOOGLE_PRICES = [
  ...prices({
    ...LIST,
    longer: [{ overTokens: 200_000, input: 2, output: 1.5 }],
  }, {
    "gemini-2.5-pro": [1.25, 0.125, null, 10],
    "gemini-3.1-pro-preview": [2, 0.2, null, 12],
    "gemini-pro-latest": [2, 0.2, null, 12],
  }),
  ...prices(LIST, {
    "gemini-2.5-flash": [0.3, 0.03, null, 2.5],
    "gemini-2.5-flash-lite": [0.1, 0.01, null, 0.4],
    "gemini-3-flash-preview": [0.5, 0.05, null, 3],
    "gemini-3.1-flash-lite": [0.25, 0.025, null, 1.5],
    "gemini-3.5-flash": [1.5, 0.15, null, 9],
    "gemini-3.5-flash-lite": [0.3, 0.03, null, 2.5],
    "gemini-flash-lite-latest": [0.3, 0.03, null, 2.5],
    "gemini-3.6-flash": [0.75, 0.075, null, 3.75],
    "gemini-3.7-flash": [0.75, 0.075, null, 3.75],
    "gemini-3.8-flash": [0.75, 0.075, null, 3.75],
    "gemini-flash-latest": [0.75, 0.075, null, 3.75],
  }),
  ...prices({ ...LIST, later: { from: "2026-12-01", factor: 2 } }, {
    "gemini-4-argon": [2, 0.1, null, 10],
  }),
  ...prices({ source: TOKEN_METER, asOf: "2026-11-27" }, {
    "gemini-4-neon": [3, 0.15, null, 15],
  }),
];
