import { type Envelope, parseEnvelope } from "../anthropic/envelope.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { UpstreamFailure } from "../openai/errors.ts";
import { toOverflow } from "./context_overflow.ts";
import { type FailureContext, translateFailure } from "./upstream_error.ts";

/** What the client is told of a Messages API's refusal beside its status. */
export interface PassedFailure {
  failure: UpstreamFailure;
  /** The same where it came in the Messages API's own envelope. */
  envelope: Envelope | null;
  /** The upstream's own word on whether to try again. */
  shouldRetry: boolean | undefined;
}

/** Statuses that are about our key and our account, not about the client. */
const OURS: readonly number[] = [401, 402, 403];

/** Claude Code's own words for a prompt or an answer that does not fit. */
const KNOWN_OVERFLOW =
  /prompt is too long|input length and `max_tokens` exceed context limit/;

/**
 * Passes on the refusal of an upstream that speaks the Messages API: type,
 * status and message are its own. Translated like any other upstream's are what
 * is not in the API's envelope, refusals of our key, and words for a context
 * overflow that Claude Code would not compact the conversation after.
 */
export function translatePassedFailure(
  { failure, envelope, shouldRetry }: PassedFailure,
  context: FailureContext,
): ApiError {
  const { status, retryAfterSeconds, upstreamRequestId } = context;
  if (!envelope || OURS.includes(status)) {
    return translateFailure(failure, context);
  }
  const { type, message, code } = envelope;
  const overflow = toOverflow(failure.text, context.inputTokens);
  const isKnown = KNOWN_OVERFLOW.test(message);
  if (overflow && !isKnown) return translateFailure(failure, context);
  return new ApiError(type, message, {
    status,
    ...(code === undefined ? {} : { code }),
    ...(isKnown ? { overflow: { contextTokens: overflow?.limit } } : {}),
    ...(shouldRetry === undefined ? {} : { shouldRetry }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
  });
}

/** The envelope in a body, if that is what it holds. */
export function readEnvelope(body: string): Envelope | null {
  try {
    return parseEnvelope(JSON.parse(body));
  } catch {
    return null; // no JSON, or cut off
  }
}
