import type { UpstreamFailure } from "../openai/errors.ts";
import { redact } from "../secret.ts";
import { toRetryAfter } from "../translate/retry_after.ts";
import type { FailureContext } from "../translate/upstream_error.ts";
import type { Refusal } from "./attempt.ts";
import type { UpstreamCall } from "./send.ts";

/** A refusal without our keys in it, and what is needed to translate it. */
export interface ToldRefusal {
  failure: UpstreamFailure;
  /** Blots out our keys in any other text of the refusal. */
  hide: (text: string) => string;
  context: FailureContext;
}

/**
 * Prepares a refusal for its translation: makers echo keys in their errors.
 *
 * @param now Epoch milliseconds.
 */
export function tellRefusal(
  { status, failure, headers }: Refusal,
  { target, inputTokens }: UpstreamCall,
  now: number,
): ToldRefusal {
  const { upstream, model, limits } = target;
  const keys = upstream.keys.map((key) => key.reveal());
  const hide = (text: string) =>
    redact(keys.reduce((text, key) => text.replaceAll(key, "***"), text));
  const { message, text, codes } = failure;
  return {
    failure: { message: hide(message), text: hide(text), codes },
    hide,
    context: {
      status,
      upstream: upstream.name,
      model,
      limits,
      inputTokens,
      retryAfterSeconds: toRetryAfter(headers, message, now),
      upstreamRequestId: headers.get("x-request-id") ??
        headers.get("request-id") ?? undefined,
    },
  };
}
