/**
 * Settings of connections to upstreams: timeouts, and their number.
 *
 * @module
 */
import { z } from "zod";
import type { PoolLimits } from "../transport/origin.ts";
import type { Timeouts } from "../upstream/patience.ts";

/** Validated connection settings. */
export interface TransportSettings {
  timeouts: Timeouts & { connectMs: number };
  pool: PoolLimits;
}

/** Timers set to more than 24 days fire at once. */
const MAX_SECONDS = 1_000_000;

/** A time in seconds, converted to milliseconds. */
export const Seconds = z.coerce.number("a number of seconds")
  .positive("a number of seconds above 0")
  .max(MAX_SECONDS, `at most ${MAX_SECONDS} seconds`)
  .transform((seconds) => seconds * 1000);

const Count = z.coerce.number("a number above 0").int("a whole number")
  .positive("a number above 0");

/** Each message says what is expected. */
export const TRANSPORT_VARIABLES = {
  UPSTREAM_CONNECT_TIMEOUT: Seconds,
  UPSTREAM_FIRST_BYTE_TIMEOUT: Seconds,
  UPSTREAM_IDLE_TIMEOUT: Seconds,
  UPSTREAM_TOTAL_TIMEOUT: Seconds,
  POOL_MAX_CONNECTIONS: Count,
  POOL_MAX_KEEPALIVE_CONNECTIONS: Count,
  POOL_KEEPALIVE_EXPIRY: Seconds,
};

type TransportValues = z.infer<z.ZodObject<typeof TRANSPORT_VARIABLES>>;

/** Maps the values to settings. */
export function toTransportSettings(
  values: TransportValues,
): TransportSettings {
  return {
    timeouts: {
      connectMs: values.UPSTREAM_CONNECT_TIMEOUT,
      firstByteMs: values.UPSTREAM_FIRST_BYTE_TIMEOUT,
      idleMs: values.UPSTREAM_IDLE_TIMEOUT,
      totalMs: values.UPSTREAM_TOTAL_TIMEOUT,
    },
    pool: {
      maxConnections: values.POOL_MAX_CONNECTIONS,
      maxIdleConnections: values.POOL_MAX_KEEPALIVE_CONNECTIONS,
      idleMs: values.POOL_KEEPALIVE_EXPIRY,
    },
  };
}
