/** Sources of figures for which no maker's own page was available. */
export const REFERENCE = "the reference system's table";
export const OPENROUTER =
  "https://openrouter.ai/api/v1/models as of 2026-11-10";
export const MODELS_DEV = "https://models.dev/api.json as of 2026-11-10";
export const MODELS_DEV_GIT = "https://github.com/anomalyco/models.dev"; // models/*/*
export const TOKEN_METER =
  "https://github.com/iyulab/TokenMeter/releases/tag/v0.17.0"; // from the makers' pages
export const LITELLM = "litellm 1.109.1, model_prices_and_context_window.json";
