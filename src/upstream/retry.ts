/**
 * When a failed call is sent again, and who sends it: we, or the client.
 *
 * Claude Code tries ten times itself, over three minutes, whatever the failure
 * (`x-stainless-retry-count` is always 0, so its tries look like new calls).
 * Retries of ours on top of each would be thirty calls for one. So each failure
 * has one who repeats it:
 *
 * - An upstream that is limited, overloaded or out of reach gets a few quick
 *   attempts from us, for it may be a hiccup. If they fail it is an outage;
 *   the client is left to wait it out, and as long as it lasts its tries are
 *   one attempt each (`RetryBudget`).
 * - An upstream that is there and fails this request (500, 408, 409) gets our
 *   attempts and no more: `x-should-retry: false`, or the user would see the
 *   same error three minutes later. Not so in an outage, of which this may be
 *   a part.
 * - A wait longer than a minute is for the user to decide on, not to sit out.
 *
 * @module
 */
import { ApiError } from "../anthropic/errors.ts";

/** When to try again. */
export interface RetryPolicy {
  /** Total attempts, the first included. */
  maxAttempts: number;
  /** Upper bound of the first wait, in milliseconds; doubles from there. */
  baseMs: number;
  /**
   * No wait is longer, in milliseconds. An upstream that asks for a longer one
   * is not asked again: the client is told how long, and waits itself.
   */
  maxMs: number;
}

/** Short on purpose: whoever waits longer is shown that it waits. */
export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 3,
  baseMs: 500,
  maxMs: 5_000,
};

/** A failure that took longer to show, in milliseconds, is no hiccup. */
const MAX_TOOK_MS = 30_000;

/** Longest wait a client is sent into, in seconds. */
const MAX_CLIENT_WAIT_SECONDS = 60;

/**
 * Decides whether to try again after `attempt` attempts failed, and how long to
 * wait first: what the upstream asks for, else a random part of a window that
 * doubles each time, so that clients do not come back all at once.
 *
 * @param jitter A number in [0, 1): where in the window to land.
 * @param tookMs How long the last attempt took, in milliseconds.
 * @returns Milliseconds to wait, or `null` to give up.
 */
export function retryDelay(
  error: unknown,
  { attempt, jitter, tookMs, policy }: {
    attempt: number;
    jitter: number;
    tookMs: number;
    policy: RetryPolicy;
  },
): number | null {
  if (attempt >= policy.maxAttempts || !isRetryable(error)) return null;
  if (tookMs > MAX_TOOK_MS) return null;
  const asked = error.retryAfterSeconds;
  if (asked !== undefined) {
    return asked * 1000 <= policy.maxMs ? asked * 1000 : null;
  }
  return jitter * Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
}

/**
 * Whether a failure is the client's to repeat once we have given up.
 *
 * @param isOutage Whether calls before this one were given up, and none since
 * has been accepted.
 */
export function isForClient(
  error: ApiError,
  { isOutage }: { isOutage: boolean },
): boolean {
  if (!isRetryable(error)) return false;
  const { status, shouldRetry, retryAfterSeconds = 0 } = error;
  if (shouldRetry) return true; // the upstream's own word
  return retryAfterSeconds <= MAX_CLIENT_WAIT_SECONDS &&
    (isOutage || status === 429 || status > 500);
}

/** What the client is told when we have given up. */
export function toFinalError(
  error: ApiError,
  state: { isOutage: boolean },
): ApiError {
  return isRetryable(error) && !isForClient(error, state)
    ? error.with({ shouldRetry: false })
    : error;
}

/** Whether the same request may succeed later. */
export function isRetryable(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.shouldRetry === false) return false;
  const { status } = error;
  return status === 408 || status === 409 || status === 429 ||
    (status >= 500 && status !== 501);
}
