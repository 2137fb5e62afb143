import { abortError, ApiError } from "../anthropic/errors.ts";

/** Why a connection failed, found in Deno's words, told in ours. */
const REASONS: readonly [RegExp, string][] = [
  [/refused/i, "connection refused"],
  [/dns|lookup|resolve/i, "host name not found"],
  [/certificate|tls|handshake|UnknownIssuer/i, "TLS failed"],
  [/reset|closed|eof|broken pipe|goaway/i, "connection closed"],
  [/timed? ?out/i, "connection timed out"],
];

/**
 * Translates what `fetch` or a body's reader threw. Deno's own message holds
 * the URL, perhaps with credentials, and is kept as the cause only.
 *
 * @param signal The signal the fetch was given; its reason tells who ended it.
 */
export function toConnectionError(
  thrown: unknown,
  { upstream, signal }: { upstream: string; signal: AbortSignal },
): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (signal.aborted) return abortError(signal, thrown);
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const words = `${cause instanceof Error ? cause.message : ""} ${thrown}`;
  const reason = REASONS.find(([pattern]) => pattern.test(words))?.[1] ??
    "connection failed";
  return new ApiError(
    "api_error",
    `Cannot reach upstream ${upstream}: ${reason}`,
    {
      status: 502,
      cause: thrown,
    },
  );
}
