import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import type { ErrorType } from "../anthropic/errors.ts";
import { parseFailure } from "../openai/errors.ts";
import { type FailureContext, translateFailure } from "./upstream_error.ts";

/** Translates a body; the texts are constructed, not recorded. */
function translate(
  status: number,
  body: unknown,
  given: Partial<FailureContext> = {},
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return translateFailure(parseFailure(text), {
    status,
    upstream: "api.example.com",
    model: "big-model",
    limits: undefined,
    inputTokens: 10,
    ...given,
  });
}

const openai = (code: string | null, message: string, type = "") => ({
  error: { message, type, param: null, code },
});

interface Row {
  what: string;
  status: number;
  body: unknown;
  type: ErrorType;
  expected: number;
  shouldRetry?: false;
  says?: RegExp;
  /** Estimate of the prompt. */
  inputTokens?: number;
}

const ROWS: Row[] = [
  {
    what: "OpenAI's context overflow (E1)",
    status: 400,
    body: openai(
      "context_length_exceeded",
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    ),
    type: "invalid_request_error",
    expected: 400,
    says: /^prompt is too long: 130000 tokens > 128000 maximum$/,
  },
  ...[400, 500].map((status): Row => ({
    what: `llama.cpp's context overflow as ${status} (E2)`,
    status,
    body: {
      error: {
        code: status,
        type: "exceed_context_size_error",
        message:
          "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
      },
    },
    type: "invalid_request_error",
    expected: 400,
    says: /^prompt is too long: 9412 tokens > 8192 maximum$/,
  })),
  {
    what: "a context overflow in words (E4)",
    status: 400,
    body: { error: { code: "1261", message: "Prompt exceeds max length" } },
    type: "invalid_request_error",
    expected: 400,
    says: /^prompt is too long: Prompt exceeds max length$/,
  },
  {
    what: "Groq's 413 for tokens (E5)",
    status: 413,
    body: openai(
      "rate_limit_exceeded",
      "Request too large for model `m` in organization `o` on tokens per minute (TPM): Limit 12000, Requested 13000, please reduce your message size and try again.",
      "tokens",
    ),
    type: "invalid_request_error",
    expected: 400,
    says: /^prompt is too long: 13000 tokens > 12000 maximum$/,
    inputTokens: 12_100,
  },
  {
    what: "a refused key (E6)",
    status: 401,
    body: openai("invalid_api_key", "Incorrect API key provided: ***."),
    type: "authentication_error",
    expected: 401,
    shouldRetry: false,
    says: /authentication failed for api\.example\.com/,
  },
  {
    what: "xAI's refused key, a 400 (E6)",
    status: 400,
    body: { code: "Bad", error: "Incorrect API key provided: ***." },
    type: "authentication_error",
    expected: 401,
    shouldRetry: false,
  },
  {
    what: "a spent quota, a 429 (E7)",
    status: 429,
    body: openai("insufficient_quota", "You exceeded your current quota"),
    type: "billing_error",
    expected: 402,
    shouldRetry: false,
    says: /credit balance is too low/,
  },
  {
    what: "a spent balance, a 402 (E7)",
    status: 402,
    body: openai(null, "Insufficient Balance"),
    type: "billing_error",
    expected: 402,
    shouldRetry: false,
  },
  {
    what: "a rate limit (E8)",
    status: 429,
    body: openai("rate_limit_exceeded", "Rate limit reached", "tokens"),
    type: "rate_limit_error",
    expected: 429,
  },
  {
    what: "an overload (E9)",
    status: 503,
    body: openai("server_is_overloaded", "Busy", "service_unavailable_error"),
    type: "overloaded_error",
    expected: 529,
  },
  {
    what: "an overload in words (E9)",
    status: 503,
    body: { error: "The model is overloaded. Please try again later." },
    type: "overloaded_error",
    expected: 529,
  },
  {
    what: "a server that is starting, no overload",
    status: 503,
    body: openai("unavailable_error", "Loading model"),
    type: "api_error",
    expected: 503,
  },
  {
    what: "a request to slow down, a 429 (E9)",
    status: 429,
    body: openai("slow_down", "Slow down"),
    type: "overloaded_error",
    expected: 529,
  },
  {
    what: "a model that is not there (E10)",
    status: 404,
    body: openai(
      "model_not_found",
      "The model `big-model` does not exist or you do not have access to it.",
    ),
    type: "not_found_error",
    expected: 404,
    says: /^model: big-model$/,
  },
  {
    what: "a model that is not there, a 400 (E10)",
    status: 400,
    body: openai(null, "The model `big-model` does not exist"),
    type: "not_found_error",
    expected: 404,
    says: /^model: big-model$/,
  },
  {
    what: "Ollama's missing model (E10)",
    status: 404,
    body: { error: "model 'big-model' not found, try pulling it first" },
    type: "not_found_error",
    expected: 404,
    says: /^model: big-model$/,
  },
  {
    what: "a page of a gateway (E11)",
    status: 502,
    body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
    type: "api_error",
    expected: 502,
    says: /answered 502: 502 Bad Gateway$/,
  },
  {
    what: "a refused prompt (E21)",
    status: 400,
    body: openai("content_policy_violation", "Rejected"),
    type: "invalid_request_error",
    expected: 400,
    shouldRetry: false,
  },
  {
    what: "Azure's content filter (E21)",
    status: 400,
    body: {
      error: {
        code: "content_filter",
        message: "The response was filtered",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    },
    type: "invalid_request_error",
    expected: 400,
    shouldRetry: false,
  },
];

/** Statuses without a meaningful body, and what they become. */
const STATUSES: [number, ErrorType, number, false?][] = [
  [400, "invalid_request_error", 400],
  [403, "permission_error", 403, false],
  [404, "not_found_error", 404],
  [408, "timeout_error", 408],
  [409, "conflict_error", 409],
  [413, "request_too_large", 413],
  [422, "invalid_request_error", 400],
  [429, "rate_limit_error", 429],
  [498, "invalid_request_error", 400],
  [500, "api_error", 500],
  [502, "api_error", 502],
  [503, "api_error", 503],
  [504, "timeout_error", 504],
  [520, "api_error", 502],
  [524, "timeout_error", 504],
  [529, "overloaded_error", 529],
];

const BARE = STATUSES.map(([status, type, expected, shouldRetry]): Row => ({
  what: `a bare ${status}`,
  status,
  body: {},
  type,
  expected,
  ...(shouldRetry === undefined ? {} : { shouldRetry }),
}));

for (const row of [...ROWS, ...BARE]) {
  Deno.test(`translateFailure() gives ${row.type} for ${row.what}`, () => {
    const { inputTokens = 10 } = row;
    const error = translate(row.status, row.body, { inputTokens });
    equal(error.type, row.type);
    equal(error.status, row.expected);
    equal(error.shouldRetry, row.shouldRetry);
    match(error.message, row.says ?? /./);
  });
}

Deno.test("translateFailure() fills in the numbers an overflow leaves out", () => {
  const body = openai("context_length_exceeded", "Your input is too long.");
  const limits = { contextTokens: 1_000, maxOutputTokens: 100 };
  for (const [inputTokens, told] of [[5_000, 5_000], [10, 1_001]] as const) {
    const { message } = translate(400, body, { limits, inputTokens });
    equal(message, `prompt is too long: ${told} tokens > 1000 maximum`);
  }
});

Deno.test("translateFailure() asks for a smaller answer where the prompt fits (E3)", () => {
  const { message, status } = translate(400, {
    error:
      "'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context length is 32768 tokens and your request has 10000 input tokens",
  });
  equal(status, 400);
  match(
    message,
    /^input length and `max_tokens` exceed context limit: 10000 \+ 32000 > 32768/,
  );
});

Deno.test("translateFailure() never calls a refusal of our key an overflow", () => {
  const body = openai(
    "invalid_api_key",
    "maximum context length is for members",
  );
  equal(translate(401, body).type, "authentication_error");
});

Deno.test("translateFailure() passes on how long to wait and the upstream's id", () => {
  const error = translate(429, openai("rate_limit_exceeded", "Slow"), {
    retryAfterSeconds: 1.2,
    upstreamRequestId: "req_up",
  });
  deepEqual(error.headers(), {
    "retry-after": "2",
    "x-upstream-request-id": "req_up",
  });
});

Deno.test("translateFailure() gives an error status and a message for everything", () => {
  fc.assert(fc.property(
    fc.integer({ min: 300, max: 599 }),
    fc.oneof(fc.json(), fc.string(), fc.string().map((error) => ({ error }))),
    (status, body) => {
      const error = translate(status, body);
      ok(error.status >= 400 && error.status < 600);
      ok(error.message !== "");
    },
  ));
});
