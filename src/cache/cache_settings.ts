/**
 * Settings of the response cache.
 *
 * @module
 */
import { z } from "zod";
import { CACHE_MODES, type CachePolicy } from "./caching.ts";

/** Checked settings of the response cache. */
export interface CacheSettings extends CachePolicy {
  /** How long an answer goes on whose client has left, in milliseconds. */
  keepAbandonedMs: number;
}

const Seconds = z.coerce.number("a number of seconds");

/** Each message says what is expected. */
export const CACHE_VARIABLES = {
  RESPONSE_CACHE: z.string().toLowerCase()
    .pipe(z.enum(CACHE_MODES, `one of ${CACHE_MODES.join(", ")}`)),
  RESPONSE_CACHE_TTL: Seconds.positive("a number of seconds above 0"),
  KEEP_ABANDONED_SECONDS: Seconds.min(0, "a number of seconds, 0 or more"),
};

type CacheValues = z.infer<z.ZodObject<typeof CACHE_VARIABLES>>;

/** Seconds to milliseconds, names to what they mean. */
export function toCacheSettings(
  { RESPONSE_CACHE, RESPONSE_CACHE_TTL, KEEP_ABANDONED_SECONDS }: CacheValues,
): CacheSettings {
  return {
    mode: RESPONSE_CACHE,
    ttlMs: RESPONSE_CACHE_TTL * 1_000,
    keepAbandonedMs: KEEP_ABANDONED_SECONDS * 1_000,
  };
}
