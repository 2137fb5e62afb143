/**
 * When a failed call is sent again, and who sends it: we, or the client.
 *
 * Claude Code (2.1.328, measured) tries ten times itself, over three minutes,
 * whatever the failure; `x-stainless-retry-count` is always 0, so its tries
 * look like new calls. Retries of ours on top of each would be thirty calls for
 * one. So a failure gets a few quick attempts from us, for it may be a hiccup.
 * If they fail it is an outage; the client is left to wait it out, and as long
 * as it lasts its tries are one attempt each (`RetryBudget`). Told not to try
 * again (`x-should-retry: false`) it stops at once, which ends an unattended
 * session, so that is said only
 *
 * - where the request is at fault: the upstream fails it (500, 408, 409) and
 *   accepts others meanwhile;
 * - where the wait is longer than a minute: for the user to decide on.
 *
 * An overload (529) it repeats no more than twice, after half a second and one,
 * unless it is told to wait longer.
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

const OVERLOADED = 529;

/**
 * Waits of a client that finds the upstream overloaded, in seconds: at first,
 * and when it has come back. Together they outlast half a minute.
 */
const OVERLOAD_WAIT_SECONDS = 5, OUTAGE_WAIT_SECONDS = 30;

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

/** What is known of an upstream when a call to it is given up. */
export interface UpstreamHealth {
  /** Calls before it were given up, and none since has been accepted. */
  isOutage: boolean;
  /** A call has been accepted since it began. */
  worksForOthers: boolean;
}

/** Whether a failure is the client's to repeat once we have given up. */
export function isForClient(
  error: ApiError,
  { worksForOthers }: Pick<UpstreamHealth, "worksForOthers">,
): boolean {
  if (!isRetryable(error)) return false;
  const { status, shouldRetry, retryAfterSeconds = 0 } = error;
  if (shouldRetry) return true; // the upstream's own word
  const isOfUpstream = status === 429 || status > 500;
  return retryAfterSeconds <= MAX_CLIENT_WAIT_SECONDS &&
    (isOfUpstream || !worksForOthers);
}

/** What the client is told when we have given up. */
export function toFinalError(
  error: ApiError,
  health: UpstreamHealth,
): ApiError {
  if (!isRetryable(error)) return error;
  if (!isForClient(error, health)) return error.with({ shouldRetry: false });
  if (error.status !== OVERLOADED || error.retryAfterSeconds !== undefined) {
    return error;
  }
  const retryAfterSeconds = health.isOutage
    ? OUTAGE_WAIT_SECONDS
    : OVERLOAD_WAIT_SECONDS;
  return error.with({ retryAfterSeconds });
}

/** Whether the same request may succeed later. */
export function isRetryable(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.shouldRetry === false) return false;
  const { status } = error;
  return status === 408 || status === 409 || status === 429 ||
    (status >= 500 && status !== 501);
}
