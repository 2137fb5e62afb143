/**
 * Settings of the response cache.
 *
 * @module
 */
import { z } from "zod";
import { Seconds } from "../config/transport_settings.ts";
import { CACHE_MODES, type CachePolicy } from "./caching.ts";

/** Validated settings of the response cache. */
export interface CacheSettings extends CachePolicy {
  /** How long an answer continues after its client has left, in ms. */
  keepAbandonedMs: number;
}

/** Each message says what is expected. */
export const CACHE_VARIABLES = {
  RESPONSE_CACHE: z.string().toLowerCase()
    .pipe(z.enum(CACHE_MODES, `one of ${CACHE_MODES.join(", ")}`)),
  RESPONSE_CACHE_TTL: Seconds,
  KEEP_ABANDONED_SECONDS: z.coerce.number("a number of seconds")
    .min(0, "0 or more seconds").max(3_600, "at most 3600 seconds")
    .transform((seconds) => seconds * 1_000),
};

type CacheValues = z.infer<z.ZodObject<typeof CACHE_VARIABLES>>;

/** Maps the variables to settings. */
export function toCacheSettings(
  { RESPONSE_CACHE, RESPONSE_CACHE_TTL, KEEP_ABANDONED_SECONDS }: CacheValues,
): CacheSettings {
  return {
    mode: RESPONSE_CACHE,
    ttlMs: RESPONSE_CACHE_TTL,
    keepAbandonedMs: KEEP_ABANDONED_SECONDS,
  };
}
