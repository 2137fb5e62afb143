import { ApiError } from "../anthropic/errors.ts";
import type { Secret } from "../secret.ts";
import type { Breaker, BreakerState } from "./breaker.ts";
import type { Ranked, Rest } from "./key_pool.ts";
import type { Limiter } from "./limiter.ts";

/** One of an upstream's keys, used for one of its models. */
export interface Lane extends Ranked {
  /** The upstream's base URL. */
  readonly url: string;
  readonly model: string;
  /** `null`: the upstream needs none. */
  readonly key: Secret | null;
  /** The key's position in the upstream's list, from 1; used in messages. */
  readonly keyNumber: number;
  /** The key's load, all models together. */
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  rest: Rest | null;
}

/** A lane that has opened or closed. */
export interface LaneChange {
  upstream: string;
  model: string;
  /** The key's position in the upstream's list, from 1. */
  key: number;
  state: BreakerState | "resting";
  /** How long it stays so at least, in milliseconds. */
  forMs: number;
}

/** What a call may do: go, wait this long (perhaps for a place), or give up. */
export type Choice =
  | { lane: Lane; waitMs?: never; error?: never }
  | { lane?: never; waitMs: number; error?: never }
  | { lane?: never; waitMs?: never; error: ApiError };

/** Input of {@linkcode chooseLane}. */
export interface LaneWish {
  /** The upstream's name, for messages. */
  upstream: string;
  /** Estimate of the prompt, in tokens. */
  tokens: number;
  /** A rest that ends sooner is waited for, in milliseconds. */
  maxRestMs: number;
}

/**
 * The first of `lanes` that a call may take at once. If there is none it waits
 * for a place, or for a short rest to end; if neither would help, the error
 * says why and when to come back.
 *
 * @param lanes In order of preference; not empty.
 */
export function chooseLane(
  lanes: readonly Lane[],
  { upstream, tokens, maxRestMs }: LaneWish,
  now: number,
): Choice {
  const waits: number[] = [];
  for (const lane of lanes) {
    const restMs = restOf(lane, now);
    if (restMs > maxRestMs || lane.breaker.waitMs(now) > 0) continue;
    const waitMs = Math.max(restMs, lane.limiter.waitMs(tokens, now));
    if (waitMs === 0) return { lane };
    waits.push(waitMs);
  }
  if (waits.length > 0) return { waitMs: Math.min(...waits) };
  return { error: toClosedError(lanes, upstream, now) };
}

/** How much longer a lane's key rests, in milliseconds. */
export function restOf({ rest }: Lane, now: number): number {
  return rest ? Math.max(0, rest.until - now) : 0;
}

/**
 * The reason that ends first. A refused key is reported only if nothing else is
 * closed: once others are open again, it does not matter.
 */
function toClosedError(
  lanes: readonly Lane[],
  upstream: string,
  now: number,
): ApiError {
  const reasons = lanes.map((lane) => toReason(lane, upstream, now));
  const passing = reasons.filter(({ shouldRetry }) => shouldRetry !== false);
  return (passing.length > 0 ? passing : reasons).reduce((first, other) =>
    toSeconds(other) < toSeconds(first) ? other : first
  );
}

/**
 * Why a lane is closed. Does not repeat the upstream's error: another client
 * received that.
 */
function toReason(lane: Lane, upstream: string, now: number): ApiError {
  const restMs = restOf(lane, now);
  const retryAfterSeconds = Math.max(restMs, lane.breaker.waitMs(now)) / 1000;
  const when = `${Math.ceil(retryAfterSeconds)} s`;
  const type = restMs > 0 ? lane.rest?.type : undefined;
  switch (type) {
    case undefined:
      return new ApiError(
        "api_error",
        `Upstream ${upstream} keeps failing and is asked again in ${when}`,
        { status: 503, retryAfterSeconds },
      );
    case "rate_limit_error":
      return new ApiError(
        type,
        `Upstream ${upstream} has limited every key; try again in ${when}`,
        { retryAfterSeconds },
      );
    default:
      return new ApiError(
        type,
        `Upstream ${upstream} has refused every key; they are tried again in ${when}`,
        { retryAfterSeconds, shouldRetry: false },
      );
  }
}

function toSeconds({ retryAfterSeconds = 0 }: ApiError): number {
  return retryAfterSeconds;
}
