import { LOW_HIGH_MAX, models, prices } from "./rows.ts";

const KIMI = "https://platform.kimi.ai/docs/pricing";

/** Only the context window limits their output. */
export const MOONSHOT_MODELS = models({ sampling: false, vision: true }, {
  "kimi-k2.5": [262_144, 262_144, null, `${KIMI}/chat-k25`],
  "kimi-k2.6": [262_144, 262_144, null, `${KIMI}/chat-k26`],
  "kimi-k2.7-code": [262_144, 262_144, null, `${KIMI}/chat-k27-code`],
  "kimi-k3": [1_048_576, 1_048_576, LOW_HIGH_MAX, `${KIMI}/chat-k3`],
  "kimi-k3.1-pro": [1_048_576, 1_048_576, LOW_HIGH_MAX, `${KIMI}/chat`],
});

export const MOONSHOT_PRICES = prices({
  source: `${KIMI}/chat`,
  asOf: "2026-11-15",
}, {
  "kimi-k2.5": [0.6, 0.1, null, 3],
  "kimi-k2.6": [0.95, 0.16, null, 4],
  "kimi-k2.7-code": [0.95, 0.19, null, 4],
  "kimi-k3": [3, 0.3, 3, 15],
  "kimi-k3.1-pro": [2, 0.2, 2, 10],
});
