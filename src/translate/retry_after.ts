/** Longest wait that is passed on, in seconds; SDKs ignore absurd ones. */
const MAX_SECONDS = 24 * 60 * 60;

const RESET = "x-ratelimit-reset", REMAINING = "x-ratelimit-remaining";

const NUMBER = /^\s*\d+(\.\d+)?\s*$/;

/** Larger numbers are not durations but (milli)seconds since 1970. */
const EPOCH_SECONDS = 1e9, EPOCH_MS = 1e12;

/**
 * How long an upstream asks us to wait, in seconds.
 *
 * Read from `retry-after-ms`, `retry-after` (seconds or a date),
 * `x-ratelimit-reset-*` of exhausted limits, or the wording of the message:
 * "try again in 1.2s", "retry after 6 seconds".
 *
 * @param now Epoch milliseconds, for dates.
 * @returns `undefined` if it gives none, or nonsense.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#field.retry-after}
 */
export function toRetryAfter(
  headers: Headers,
  message: string,
  now: number,
): number | undefined {
  const seconds = milliseconds(headers.get("retry-after-ms")) ??
    secondsOrDate(headers.get("retry-after"), now) ??
    reset(headers, now) ?? words(message);
  if (seconds === undefined || !(seconds > 0)) return undefined;
  return Math.min(seconds, MAX_SECONDS);
}

function milliseconds(value: string | null): number | undefined {
  const number = Number(value?.trim() || NaN);
  return Number.isFinite(number) ? number / 1000 : undefined;
}

function secondsOrDate(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (NUMBER.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : (at - now) / 1000;
}

/**
 * The latest reset among the exhausted limits. Upstreams name their limits
 * freely (`-requests`, `-tokens-minute`, no suffix at all), and give a
 * duration, seconds, or an instant in epoch seconds or milliseconds.
 */
function reset(headers: Headers, now: number): number | undefined {
  const waits = [...headers]
    .filter(([name]) => {
      if (!name.startsWith(RESET)) return false;
      const remaining = headers.get(REMAINING + name.slice(RESET.length));
      return remaining === null || Number(remaining) <= 0;
    })
    .map(([, value]) => durationOrInstant(value, now))
    .filter((wait) => wait !== undefined);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

function durationOrInstant(value: string, now: number): number | undefined {
  if (!NUMBER.test(value)) return duration(value);
  const number = Number(value);
  if (number > EPOCH_MS) return (number - now) / 1000;
  return number > EPOCH_SECONDS ? number - now / 1000 : number;
}

const UNIT_SECONDS: Record<string, number> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** A number and the first letter of its unit, or `ms`. */
const PART =
  /([\d.]+) ?(ms|s|m|h|d)(?:ec(?:ond)?s?|in(?:ute)?s?|ours?|ays?)?(?![a-z])/gi;

/** Parses a duration: `350ms`, `1.5s`, `6m0s`, `1h2m` as in Go, `6 seconds`. */
function duration(value: string): number | undefined {
  const parts = [...value.matchAll(PART)];
  if (parts.length === 0) return undefined;
  return parts.reduce(
    (sum, [, number, unit = "s"]) =>
      sum + Number(number) * (UNIT_SECONDS[unit.toLowerCase()] ?? 1),
    0,
  );
}

/** OpenAI's "try again in 1.2s", Azure's "retry after 6 seconds", Gemini's "retry in 34.07s". */
function words(message: string): number | undefined {
  const [, said = ""] =
    /\b(?:try again|retry) (?:in|after) ((?:[\d.]+ ?[a-z]+ ?)+)/i
      .exec(message) ?? [];
  return duration(said);
}
