/**
 * When a failed call is retried, and by whom: us or the client.
 *
 * Claude Code (2.1.328, measured) tries ten times itself, over three minutes,
 * whatever the failure; `x-stainless-retry-count` is always 0, so its tries
 * look like new calls. Three attempts of ours for each would make thirty calls
 * out of one. So a failure, which may be a hiccup, gets a few quick attempts
 * from us. If they fail it is an outage, which the client waits out; while it
 * lasts, each of its tries is one attempt (`RetryBudget`). Told not to retry
 * (`x-should-retry: false`) it stops at once, which ends an unattended session,
 * so it is told so only
 *
 * - when the request is at fault: the upstream fails it (500, 408, 409) and
 *   accepts others meanwhile;
 * - when the wait is longer than a minute: that is for the user to decide.
 *
 * It retries an overload (529) at most twice, after half a second and one
 * second, unless told to wait longer.
 *
 * @module
 */
import { ApiError } from "../anthropic/errors.ts";

/** When to retry. */
export interface RetryPolicy {
  /** Total attempts, including the first. */
  maxAttempts: number;
  /** Upper bound of the first wait, in milliseconds; doubles from there. */
  baseMs: number;
  /**
   * Longest wait, in milliseconds. An upstream that asks for a longer one is
   * not retried: the client is told how long to wait, and waits itself.
   */
  maxMs: number;
}

/** Short on purpose: clients that wait themselves show that they wait. */
export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 3,
  baseMs: 500,
  maxMs: 5_000,
};

/** A failure that took longer to appear, in milliseconds, is no hiccup. */
const MAX_TOOK_MS = 30_000;

/** Longest wait a client is told, in seconds. */
const MAX_CLIENT_WAIT_SECONDS = 60;

const OVERLOADED = 529;

/**
 * Waits given to clients of an overloaded upstream, in seconds: the first time,
 * and on their retry. Together they outlast half a minute.
 */
const OVERLOAD_WAIT_SECONDS = 5, OUTAGE_WAIT_SECONDS = 30;

/**
 * Decides whether to retry after `attempt` failed attempts, and how long to
 * wait first: what the upstream asks for, else a random part of a window that
 * doubles each time, so that clients do not all come back at once.
 *
 * @param jitter A number in [0, 1): the position in the window.
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

/** What is known about an upstream when a call to it is given up. */
export interface UpstreamHealth {
  /** Earlier calls were given up, and none has been accepted since. */
  isOutage: boolean;
  /** A call has been accepted since this one began. */
  worksForOthers: boolean;
}

/** Whether the client should retry a failure after we have given up. */
export function isForClient(
  error: ApiError,
  { worksForOthers }: Pick<UpstreamHealth, "worksForOthers">,
): boolean {
  if (!isRetryable(error)) return false;
  const { status, shouldRetry, retryAfterSeconds = 0 } = error;
  if (shouldRetry) return true; // the upstream says so
  const isOfUpstream = status === 429 || status > 500;
  return retryAfterSeconds <= MAX_CLIENT_WAIT_SECONDS &&
    (isOfUpstream || !worksForOthers);
}

/** What the client is told when we give up. */
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
