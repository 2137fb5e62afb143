import { abortError, ApiError } from "../anthropic/errors.ts";

/** Reasons why a connection failed: Deno's wording, and ours. */
const REASONS: readonly [RegExp, string][] = [
  [/refused/i, "connection refused"],
  [/dns|lookup|resolve/i, "host name not found"],
  [/certificate|tls|handshake|UnknownIssuer|corrupt message/i, "TLS failed"],
  [/gzip|brotli|deflate|zstd|decompress|corrupt/i, "its compression is broken"],
  [/reset|closed|eof|broken pipe|goaway/i, "connection closed"],
  [/timed? ?out/i, "connection timed out"],
];

/** Whose connection it was. */
export interface ConnectionContext {
  /** The upstream's name, for messages. */
  upstream: string;
  /** The signal passed to fetch; its reason says who ended it. */
  signal: AbortSignal;
}

/**
 * Translates what `fetch` threw. Deno's own message contains the URL, perhaps
 * with credentials, and is kept only as the cause.
 */
export function toConnectionError(
  thrown: unknown,
  { upstream, signal }: ConnectionContext,
): ApiError {
  const reason = reasonOf(thrown) ?? "connection failed";
  return toError(
    `Cannot reach upstream ${upstream}: ${reason}`,
    { thrown, signal },
  );
}

/** Translates what a body's reader threw: the answer had already begun. */
export function toBrokenAnswerError(
  thrown: unknown,
  { upstream, signal }: ConnectionContext,
): ApiError {
  const reason = reasonOf(thrown) ?? "connection closed";
  return toError(
    `Upstream ${upstream} broke off its answer: ${reason}`,
    { thrown, signal },
  );
}

function reasonOf(thrown: unknown): string | undefined {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const words = `${cause instanceof Error ? cause.message : ""} ${thrown}`;
  return REASONS.find(([pattern]) => pattern.test(words))?.[1];
}

function toError(
  message: string,
  { thrown, signal }: { thrown: unknown; signal: AbortSignal },
): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (signal.aborted) return abortError(signal, thrown);
  return new ApiError("api_error", message, { status: 502, cause: thrown });
}
