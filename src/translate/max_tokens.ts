import type { Limits } from "../openai/capabilities.ts";

/** Room left between prompt and window: the prompt is only an estimate. */
const WINDOW_MARGIN_TOKENS = 256;

/** Some upstreams refuse lower limits. */
export const MIN_OUTPUT_TOKENS = 16;

/** The requested tokens, limited by the model and the rest of its window. */
export function toMaxTokens(
  asked: number,
  {
    limits: { contextTokens = Infinity, maxOutputTokens = Infinity } = {},
    inputTokens,
  }: {
    /** As far as they are known. */
    limits: Partial<Limits> | undefined;
    inputTokens: number;
  },
): number {
  const left = contextTokens - inputTokens - WINDOW_MARGIN_TOKENS;
  const allowed = Math.min(asked, maxOutputTokens, left);
  return Math.max(allowed, Math.min(asked, MIN_OUTPUT_TOKENS));
}
