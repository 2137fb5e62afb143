import { ApiError } from "../anthropic/errors.ts";
import type { Secret } from "../secret.ts";
import type { Breaker, BreakerState } from "./breaker.ts";
import type { Ranked, Rest } from "./key_pool.ts";
import type { Limiter } from "./limiter.ts";

/** A way to an upstream: one of its keys, for one of its models. */
export interface Lane extends Ranked {
  /** The upstream's base URL. */
  readonly url: string;
  readonly model: string;
  /** `null`: the upstream needs none. */
  readonly key: Secret | null;
  /** The key's place among the upstream's, from 1: how it is spoken of. */
  readonly keyNumber: number;
  /** What the key is asked for, all models together. */
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  rest: Rest | null;
}

/** A lane that has opened or closed. */
export interface LaneChange {
  upstream: string;
  model: string;
  /** The key's place among the upstream's, from 1. */
  key: number;
  state: BreakerState | "resting";
  /** How long it stays so at least, in milliseconds. */
  forMs: number;
}

/** What a call may do: go, wait so long (perhaps for a place), or give up. */
export type Choice =
  | { lane: Lane; waitMs?: never; error?: never }
  | { lane?: never; waitMs: number; error?: never }
  | { lane?: never; waitMs?: never; error: ApiError };

/** What {@linkcode chooseLane} goes by. */
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
 * for a place, or for a short rest to end; where neither would help, the error
 * says why and when to come back.
 *
 * @param lanes In the order in which the call would take them; not empty.
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

/** How long a lane's key still rests, in milliseconds. */
export function restOf({ rest }: Lane, now: number): number {
  return rest ? Math.max(0, rest.until - now) : 0;
}

/**
 * The reason that ends first. A refused key is the last to speak: when others
 * are open again, it does not matter.
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
 * Why a lane is closed. Says nothing of what the upstream said: that was said
 * to another client.
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
