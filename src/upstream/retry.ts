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

/** Short on purpose: Claude Code retries ten times itself. */
export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 3,
  baseMs: 500,
  maxMs: 5_000,
};

/**
 * Decides whether to try again after `attempt` attempts failed, and how long to
 * wait first: what the upstream asks for, else a random part of a window that
 * doubles each time, so that clients do not come back all at once.
 *
 * @param jitter A number in [0, 1): where in the window to land.
 * @returns Milliseconds to wait, or `null` to give up.
 */
export function retryDelay(
  error: unknown,
  { attempt, jitter, policy }: {
    attempt: number;
    jitter: number;
    policy: RetryPolicy;
  },
): number | null {
  if (attempt >= policy.maxAttempts || !isRetryable(error)) return null;
  const asked = error.retryAfterSeconds;
  if (asked !== undefined) {
    return asked * 1000 <= policy.maxMs ? asked * 1000 : null;
  }
  return jitter * Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
}

/** Whether the same request may succeed later. */
export function isRetryable(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.shouldRetry === false) return false;
  const { status } = error;
  return status === 408 || status === 409 || status === 429 ||
    (status >= 500 && status !== 501);
}
