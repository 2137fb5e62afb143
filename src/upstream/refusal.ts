import type { UpstreamFailure } from "../openai/errors.ts";
import { redact } from "../secret.ts";
import { toRetryAfter } from "../translate/retry_after.ts";
import type { FailureContext } from "../translate/upstream_error.ts";
import type { Refusal } from "./attempt.ts";
import type { UpstreamCall } from "./send.ts";

/** A refusal with our keys removed, and what its translation needs. */
export interface ToldRefusal {
  failure: UpstreamFailure;
  /** Removes our keys from any other text of the refusal. */
  hide: (text: string) => string;
  context: FailureContext;
}

/**
 * Prepares a refusal for translation: upstreams echo keys in their errors.
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
