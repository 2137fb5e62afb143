/**
 * Faults of answers: refusals in every form, noise, silence, too much.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { finishChunk, textChunk, usageChunk } from "../../src/demo/chunks.ts";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
  type Reply,
} from "../../src/demo/replies.ts";
import type { Fault, Seen } from "./fault.ts";

const STOP = finishChunk("stop");
const HELLO: Seen = { status: 200, tells: /^Hello there$/ };
const hello = (): Reply =>
  chunks([textChunk("Hello "), textChunk("there"), STOP]);
const ONCE = { retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 } };

/** Refused once, then answered: the client never notices. */
const cured = (name: string, first: () => Reply): Fault => ({
  name: `${name}, once`,
  script: ({ number }) => number === 1 ? first() : hello(),
  stream: { ...HELLO, attempts: 2 },
});

/** Refused for good. */
const refused = (name: string, reply: () => Reply, stream: Seen): Fault => ({
  name,
  script: reply,
  options: ONCE,
  stream,
});

/** A rate limit that gives its end in one of many ways. */
const limited = (
  name: string,
  headers: Record<string, string>,
  { retryAfter, message = "Rate limit reached", ...more }: {
    retryAfter: string | undefined;
    message?: string;
    shouldRetry?: "false";
  },
): Fault =>
  refused(
    `429 that says ${name}`,
    () =>
      refusal(
        429,
        openaiError(message, { code: "rate_limit_exceeded" }),
        headers,
      ),
    {
      status: 429,
      type: "rate_limit_error",
      tells: /429|limit/i,
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...more,
    },
  );

const events = (text: string, options = {}) => () =>
  rawStream([text], { end: "close", ...options });
const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const MEGABYTE = "x".repeat(1024 * 1024);
const HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/** Each with what both kinds of clients must see. */
export const ANSWER_FAULTS: Fault[] = [
  cured("500", () => refusal(500, openaiError("The server had an error"))),
  cured("502 of a load balancer", () => refusal(502, HTML)),
  cured("503", () => refusal(503, openaiError("Service unavailable"))),
  {
    name: "503 in a burst of two",
    script: ({ number }) =>
      number <= 2 ? refusal(503, openaiError("Service unavailable")) : hello(),
    stream: { ...HELLO, attempts: 3 },
  },
  {
    name: "503 in a burst that lasts",
    script: () => refusal(503, openaiError("Overloaded")),
    stream: {
      status: 529,
      type: "overloaded_error",
      tells: /Overloaded/,
      retryAfter: "5",
      attempts: 3,
    },
  },
  cured("529", () => refusal(529, openaiError("Overloaded"))),
  cured("408", () => refusal(408, openaiError("Request timeout"))),
  cured("409", () => refusal(409, openaiError("Conflict"))),
  cured(
    "429 for a moment",
    () => refusal(429, openaiError("Slow down"), { "retry-after-ms": "5" }),
  ),
  limited("seconds", { "retry-after": "30" }, { retryAfter: "30" }),
  limited("milliseconds", { "retry-after-ms": "31500" }, { retryAfter: "32" }),
  limited("how long a reset takes", {
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "1m3s",
  }, { retryAfter: "63", shouldRetry: "false" }),
  limited("it in words", {}, {
    message: "Rate limit reached. Please try again in 41.2s.",
    retryAfter: "42",
  }),
  limited("a date", { "retry-after": "Thu, 31 Dec 2099 23:59:59 GMT" }, {
    retryAfter: "86400",
    shouldRetry: "false",
  }),
  limited("which of two limits is used up", {
    "x-ratelimit-remaining-requests": "10",
    "x-ratelimit-reset-requests": "1h",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "31s",
  }, { retryAfter: "31" }),
  limited("an instant, as OpenRouter does", {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Date.UTC(2099, 11, 31)),
  }, { retryAfter: "86400", shouldRetry: "false" }),
  limited("nothing of when", {}, { retryAfter: undefined }),
  refused("402", () => refusal(402, openaiError("Insufficient credits")), {
    status: 402,
    type: "billing_error",
    tells: /credit balance is too low/,
    shouldRetry: "false",
  }),
  refused(
    "429 of an account without money",
    () => refusal(429, openaiError("No quota", { code: "insufficient_quota" })),
    {
      status: 402,
      type: "billing_error",
      tells: /credit balance is too low/,
      shouldRetry: "false",
    },
  ),
  refused("401", () => refusal(401, openaiError("Incorrect API key")), {
    status: 401,
    type: "authentication_error",
    tells: /upstream authentication failed/,
    shouldRetry: "false",
  }),
  refused("403", () => refusal(403, openaiError("Not in your country")), {
    status: 403,
    type: "permission_error",
    tells: /Not in your country/,
    shouldRetry: "false",
  }),
  refused(
    "a model that is not there",
    () => refusal(404, openaiError("No", { code: "model_not_found" })),
    { status: 404, type: "not_found_error", tells: /^model: big-model$/ },
  ),
  refused(
    "a prompt that is too long",
    () =>
      refusal(
        400,
        openaiError(
          "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
          { code: "context_length_exceeded" },
        ),
      ),
    {
      status: 400,
      type: "invalid_request_error",
      tells: /^prompt is too long: 9000 tokens > 8192 maximum$/,
    },
  ),
  refused("400", () => refusal(400, openaiError("Bad value for seed")), {
    status: 400,
    type: "invalid_request_error",
    tells: /Bad value for seed/,
  }),
  refused("413", () => refusal(413, "Payload Too Large"), {
    status: 413,
    type: "request_too_large",
    tells: /Payload Too Large/,
  }),
  refused("a refusal that is empty", () => refusal(500, ""), {
    status: 500,
    type: "api_error",
    tells: /answered 500/,
  }),
  refused("a refusal of noise", () => refusal(502, "\u0000\u0001\ufffd{{{"), {
    status: 502,
    type: "api_error",
    tells: /answered 502/,
  }),
  refused(
    "a redirect",
    () => refusal(307, "", { location: "http://127.0.0.1:9/" }),
    { status: 502, type: "api_error", tells: /answered 307/ },
  ),
  refused(
    "a web page with status 200",
    () => rawStream([HTML], { contentType: "text/html" }),
    {
      status: 502,
      type: "api_error",
      tells: /what is no completion: .*502 Bad Gateway/,
    },
  ),
  refused(
    "JSON that is no completion",
    () => rawStream(['{"hello":"world"}'], { contentType: "application/json" }),
    {
      status: 502,
      type: "api_error",
      tells: /closed the connection before the answer's end|no completion/,
    },
  ),
  refused("an empty stream", events(""), {
    status: 502,
    type: "api_error",
    tells: /before the answer's end/,
  }),
  refused("a stream of nothing but its end", events("data: [DONE]\n\n"), {
    status: 502,
    type: "api_error",
    tells: /empty answer/,
  }),
  refused("events that are noise", events("data: {broken\n\n"), {
    status: 502,
    type: "api_error",
    tells: /what is no/,
  }),
  {
    name: "noise in mid-answer",
    script: () =>
      rawStream([data(textChunk("Hello ")), "data: {broken\n\n"], {
        everyMs: 20,
      }),
    stream: { status: 200, type: "api_error", tells: /what is no/ },
    whole: { status: 502, type: "api_error", tells: /what is no/ },
  },
  {
    name: "an error in mid-answer",
    script: () =>
      chunks([textChunk("Hello "), openaiError("Overloaded", { code: "529" })]),
    stream: { status: 200, type: "overloaded_error", tells: /Overloaded/ },
    whole: { status: 529, type: "overloaded_error", tells: /Overloaded/ },
  },
  {
    name: "an error in place of the first event",
    options: ONCE,
    script: () => chunks([openaiError("slow down", { code: "429" })]),
    stream: { status: 429, type: "rate_limit_error", tells: /slow down/ },
  },
  {
    name: "a stream under another content type",
    script: () => ({ ...hello(), headers: { "content-type": "text/plain" } }),
    stream: HELLO,
  },
  {
    name: "an end that is told twice",
    script: () => chunks([textChunk("Hello there"), STOP, STOP]),
    stream: HELLO,
  },
  {
    name: "text after the end",
    script: () => chunks([textChunk("Hello there"), STOP], { done: true }),
    stream: HELLO,
  },
  {
    name: "no word on usage",
    script: hello,
    stream: HELLO,
  },
  {
    name: "usage below nothing",
    script: () =>
      chunks([
        textChunk("Hello there"),
        STOP,
        usageChunk({ prompt_tokens: -5, completion_tokens: -1 }),
      ]),
    stream: HELLO,
  },
  {
    name: "an end without a reason",
    script: () => chunks([textChunk("Hello there")]),
    stream: HELLO,
  },
  {
    name: "an event of eight megabytes",
    script: () => chunks([textChunk(MEGABYTE.repeat(8)), STOP]),
    stream: { status: 200, tells: /^x{1000}/ },
  },
  {
    name: "a line that never ends",
    options: ONCE,
    script: () => rawStream(forEver(MEGABYTE, "data: "), { everyMs: 1 }),
    stream: { status: 502, type: "api_error", tells: /too long|more than/ },
  },
  {
    name: "gigabytes in a few kilobytes of gzip",
    options: ONCE,
    script: () =>
      rawStream([gzipSync(`{"a":"${" ".repeat(80 * 1024 * 1024)}`)], {
        headers: { "content-encoding": "gzip" },
        contentType: "application/json",
        end: "hang",
      }),
    stream: { status: 502, type: "api_error", tells: /more than 64 MB/ },
  },
  {
    name: "silence before the first byte",
    options: {
      ...ONCE,
      environment: { UPSTREAM_FIRST_BYTE_TIMEOUT: "0.1" },
    },
    script: ({ ended }) => ended.then(() => undefined),
    stream: {
      status: 504,
      type: "timeout_error",
      tells: /UPSTREAM_FIRST_BYTE_TIMEOUT/,
    },
  },
  {
    name: "silence in mid-answer",
    options: { environment: { UPSTREAM_IDLE_TIMEOUT: "0.1" } },
    script: () => chunks([textChunk("Hello ")], { end: "hang" }),
    stream: {
      status: 200,
      type: "timeout_error",
      tells: /UPSTREAM_IDLE_TIMEOUT/,
    },
    whole: {
      status: 504,
      type: "timeout_error",
      tells: /UPSTREAM_IDLE_TIMEOUT/,
    },
  },
  {
    name: "an answer that never ends",
    options: { environment: { UPSTREAM_TOTAL_TIMEOUT: "0.3" } },
    script: () => rawStream(forEver(data(textChunk("on "))), { everyMs: 5 }),
    stream: {
      status: 200,
      type: "timeout_error",
      tells: /UPSTREAM_TOTAL_TIMEOUT/,
    },
    whole: {
      status: 504,
      type: "timeout_error",
      tells: /UPSTREAM_TOTAL_TIMEOUT/,
    },
  },
];

function* forEver(piece: string, first = piece): Generator<string> {
  yield first;
  for (;;) yield piece;
}
