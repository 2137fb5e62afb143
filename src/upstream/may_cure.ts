import { ApiError } from "../anthropic/errors.ts";
import type { Target } from "../models/select_target.ts";

/** Input of {@linkcode mayCure}. */
export interface CureContext {
  /** The target that failed. */
  failed: Target;
  /** The one that might be asked instead. */
  other: Target;
}

/**
 * Whether another target may answer after one has failed: a problem with the
 * request is the same everywhere, one with an upstream, its model or our
 * account there is not.
 *
 * A prompt that does not fit goes only to a window known to be larger; a
 * refused key or an empty account is the same for all models of an upstream.
 */
export function mayCure(
  error: unknown,
  { failed, other }: CureContext,
): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status, overflow } = error;
  if (overflow) {
    const full = overflow.contextTokens ?? failed.limits?.contextTokens;
    const window = other.limits?.contextTokens;
    return full !== undefined && window !== undefined && window > full;
  }
  switch (status) {
    case 401:
    case 402:
      return other.upstream !== failed.upstream;
    case 403:
    case 404:
    case 408:
    case 409:
    case 429:
      return true;
    default:
      return status >= 500 && status !== 501;
  }
}
