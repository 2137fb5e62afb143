/** Longest wait that is passed on, in seconds; SDKs ignore absurd ones. */
const MAX_SECONDS = 24 * 60 * 60;

/**
 * How long an upstream asks us to wait, in seconds.
 *
 * Read from `retry-after-ms`, `retry-after` (seconds or a date), OpenAI's
 * `x-ratelimit-reset-*` durations if the limit is used up, or the words "try
 * again in 1.2s" of the message.
 *
 * @param now Epoch milliseconds, for dates.
 * @returns `undefined` if it does not say, or says nonsense.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#field.retry-after}
 */
export function toRetryAfter(
  headers: Headers,
  message: string,
  now: number,
): number | undefined {
  const seconds = milliseconds(headers.get("retry-after-ms")) ??
    secondsOrDate(headers.get("retry-after"), now) ??
    reset(headers) ?? words(message);
  if (seconds === undefined || !(seconds > 0)) return undefined;
  return Math.min(seconds, MAX_SECONDS);
}

function milliseconds(value: string | null): number | undefined {
  const number = Number(value?.trim() || NaN);
  return Number.isFinite(number) ? number / 1000 : undefined;
}

function secondsOrDate(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : (at - now) / 1000;
}

/** The later of the resets of the limits that have nothing remaining. */
function reset(headers: Headers): number | undefined {
  const waits = ["requests", "tokens"]
    .filter((kind) => {
      const remaining = headers.get(`x-ratelimit-remaining-${kind}`);
      return remaining === null || Number(remaining) <= 0;
    })
    .map((kind) => duration(headers.get(`x-ratelimit-reset-${kind}`)))
    .filter((wait) => wait !== undefined);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

const UNIT_SECONDS: Record<string, number> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** Reads a duration as Go writes it: `350ms`, `1.5s`, `6m0s`, `1h2m`. */
function duration(value: string | null): number | undefined {
  const parts = [...(value ?? "").matchAll(/([\d.]+)(ms|s|m|h|d)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce(
    (sum, [, number, unit = "s"]) =>
      sum + Number(number) * (UNIT_SECONDS[unit] ?? 1),
    0,
  );
}

function words(message: string): number | undefined {
  const match = /try again in ((?:[\d.]+(?:ms|s|m|h)\s*)+)/i.exec(message);
  return duration(match?.[1] ?? null);
}
