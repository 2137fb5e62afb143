import { type Envelope, parseEnvelope } from "../anthropic/envelope.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { UpstreamFailure } from "../openai/errors.ts";
import { toOverflow } from "./context_overflow.ts";
import { type FailureContext, translateFailure } from "./upstream_error.ts";

/** What the client is told about a Messages API refusal, besides its status. */
export interface PassedFailure {
  failure: UpstreamFailure;
  /** The same if it came in the Messages API's own envelope. */
  envelope: Envelope | null;
  /** Whether to retry, as the upstream says. */
  shouldRetry: boolean | undefined;
}

/** Statuses about our key and our account, not about the client. */
const OURS: readonly number[] = [401, 402, 403];

/** Wording for an oversized prompt or answer that Claude Code recognizes. */
const KNOWN_OVERFLOW =
  /prompt is too long|input length and `max_tokens` exceed context limit/;

/**
 * Passes on the refusal of an upstream that speaks the Messages API with its
 * own type, status and message. Translated like those of any other upstream are
 * errors not in the API's envelope, refusals of our key, and overflow messages
 * that would not make Claude Code compact the conversation.
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

/** The envelope in a body, if it contains one. */
export function readEnvelope(body: string): Envelope | null {
  try {
    return parseEnvelope(JSON.parse(body));
  } catch {
    return null; // not JSON, or cut off
  }
}
