import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { toRetryAfter } from "./retry_after.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

interface Row {
  what: string;
  headers?: Record<string, string>;
  message?: string;
  seconds: number | undefined;
}

const ROWS: Row[] = [
  { what: "nothing", seconds: undefined },
  { what: "seconds (E8)", headers: { "retry-after": "7" }, seconds: 7 },
  { what: "half seconds", headers: { "retry-after": "1.5" }, seconds: 1.5 },
  {
    what: "a date",
    headers: { "retry-after": "Sun, 22 Nov 2026 12:01:30 GMT" },
    seconds: 90,
  },
  {
    what: "a date that is over",
    headers: { "retry-after": "Sun, 22 Nov 2026 11:00:00 GMT" },
    seconds: undefined,
  },
  {
    what: "milliseconds before seconds",
    headers: { "retry-after-ms": "1500", "retry-after": "7" },
    seconds: 1.5,
  },
  {
    what: "seconds where the milliseconds are blank",
    headers: { "retry-after-ms": "", "retry-after": "7" },
    seconds: 7,
  },
  {
    what: "a Go duration (E8)",
    headers: { "x-ratelimit-reset-tokens": "6m0s" },
    seconds: 360,
  },
  {
    what: "milliseconds as a Go duration",
    headers: { "x-ratelimit-reset-requests": "500ms" },
    seconds: 0.5,
  },
  {
    what: "hours and minutes",
    headers: { "x-ratelimit-reset-requests": "1h2m3.5s" },
    seconds: 3723.5,
  },
  {
    what: "the later of two resets",
    headers: {
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-reset-tokens": "20s",
    },
    seconds: 20,
  },
  {
    what: "the reset of the limit that is used up",
    headers: {
      "x-ratelimit-reset-requests": "2s",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-tokens": "6m0s",
      "x-ratelimit-remaining-tokens": "5000",
    },
    seconds: 2,
  },
  {
    what: "the words of the message (E8)",
    message: "Rate limit reached. Please try again in 1.2s. Visit …",
    seconds: 1.2,
  },
  {
    what: "milliseconds in words",
    message: "try again in 20ms.",
    seconds: 0.02,
  },
  { what: "minutes in words", message: "Try again in 1m30s", seconds: 90 },
  {
    what: "Azure's words",
    message:
      "Requests have exceeded the rate limit. Please retry after 6 seconds.",
    seconds: 6,
  },
  {
    what: "words with words for units",
    message: "Please try again in 1 minute 30 secs",
    seconds: 90,
  },
  {
    what: "Gemini's words",
    message: "You exceeded your quota.\nPlease retry in 34.074824224s.",
    seconds: 34.074824224,
  },
  {
    what: "no number of other things as a time",
    message: "try again in 2 models, retry after 3 attempts",
    seconds: undefined,
  },
  {
    what: "seconds without a unit",
    headers: { "x-ratelimit-reset-tokens-minute": "11.38" },
    seconds: 11.38,
  },
  {
    what: "OpenRouter's instant in milliseconds",
    headers: {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(NOW + 12_000),
    },
    seconds: 12,
  },
  {
    what: "an instant in seconds",
    headers: { "x-ratelimit-reset": String(NOW / 1000 + 12) },
    seconds: 12,
  },
  {
    what: "no reset of a limit that is not used up",
    headers: {
      "x-ratelimit-reset-tokens-minute": "11",
      "x-ratelimit-remaining-tokens-minute": "1000",
    },
    seconds: undefined,
  },
  {
    what: "headers before words",
    headers: { "retry-after": "7" },
    message: "try again in 1s",
    seconds: 7,
  },
  { what: "nonsense", headers: { "retry-after": "soon" }, seconds: undefined },
  { what: "zero", headers: { "retry-after": "0" }, seconds: undefined },
  {
    what: "a day at most",
    headers: { "retry-after": "99999999" },
    seconds: 86_400,
  },
];

for (const { what, headers = {}, message = "", seconds } of ROWS) {
  Deno.test(`toRetryAfter() reads ${what}`, () => {
    equal(toRetryAfter(new Headers(headers), message, NOW), seconds);
  });
}

Deno.test("toRetryAfter() gives more than nothing, a day at most, or nothing", () => {
  const value = fc.oneof(
    fc.stringMatching(/^[\x21-\x7e]{0,12}$/),
    fc.stringMatching(/^[0-9.]{1,6}(ms|s|m|h|d)?$/),
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      "retry-after",
      "retry-after-ms",
      "x-ratelimit-reset-tokens",
      "x-ratelimit-remaining-tokens",
      "x-ratelimit-reset-requests",
    ),
    value,
  );
  fc.assert(
    fc.property(headers, value, (headers, words) => {
      const message = `try again in ${words}`;
      const seconds = toRetryAfter(new Headers(headers), message, NOW);
      ok(seconds === undefined || (seconds > 0 && seconds <= 86_400));
    }),
    { numRuns: 500 },
  );
});
