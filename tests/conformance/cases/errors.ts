/**
 * Refusals and failures of upstreams, as reported to clients.
 *
 * @module
 */
import { match, ok, strictEqual as equal } from "node:assert";
import {
  chunks,
  json,
  openaiError,
  refusal,
} from "../../../src/demo/replies.ts";
import type { Case } from "../case.ts";
import type { Place } from "../place.ts";
import { OVERFLOWS } from "../overflows.ts";

/** Asserts status and type; returns everything. */
async function told(
  place: Place,
  [status, body, headers]: Parameters<typeof refusal>,
  [expected, type]: [number, string],
) {
  const refused = await place.refuses(refusal(status, body, headers ?? {}));
  equal(refused.status, expected, refused.error.message);
  equal(refused.error.type, type);
  return refused;
}

const NO_RETRY = "x-should-retry";

/** Of more than 8,000 tokens, however they are counted. */
const LONG_PROMPT = "A word that counts. ".repeat(2_000);

const OVERFLOW = openaiError(
  "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. Please reduce the length of the messages.",
  { code: "context_length_exceeded", param: "messages" },
);

export const ERROR_CASES: readonly Case[] = [
  {
    id: "E1",
    title: "a prompt that is too long is told so that Claude Code compacts",
    at: "every",
    shownBy: "tests/e2e/compaction_test.ts, with the real Claude Code",
    async run(place) {
      const { error } = await told(place, [400, OVERFLOW], [
        400,
        "invalid_request_error",
      ]);
      equal(
        error.message,
        "prompt is too long: 130000 tokens > 128000 maximum",
      );
    },
  },
  {
    id: "E2",
    title: "… in llama.cpp's words, with its old status too",
    at: "every",
    async run(place) {
      const body = {
        error: {
          code: 400,
          type: "exceed_context_size_error",
          message:
            "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
          n_prompt_tokens: 9412,
          n_ctx: 8192,
        },
      };
      for (const status of [400, 500]) {
        const { error } = await told(place, [status, body], [
          400,
          "invalid_request_error",
        ]);
        equal(error.message, "prompt is too long: 9412 tokens > 8192 maximum");
      }
    },
  },
  {
    id: "E4",
    title: "… in the words of every upstream known",
    at: "once",
    async run(place) {
      for (const [words, numbers] of OVERFLOWS) {
        const refused = refusal(400, openaiError(words));
        const { status, error: { message } } = await place.refuses(refused);
        equal(status, 400, words);
        const start = message.includes("max_tokens")
          ? "input length and `max_tokens` exceed context limit: "
          : "prompt is too long: ";
        ok(message.startsWith(start + (numbers ?? words)), message);
      }
    },
  },
  {
    id: "E5",
    title: "… in Groq's, which counts it against the minute",
    at: "every",
    async run(place) {
      const words = (tokens: number) =>
        openaiError(
          `Request too large for model \`m\` on tokens per minute (TPM): Limit 4000, Requested ${tokens}, please reduce your message size and try again.`,
          { type: "tokens", code: "rate_limit_exceeded" },
        );
      const expected: [number, string] = [400, "invalid_request_error"];
      const prompt = { messages: [{ role: "user", content: LONG_PROMPT }] };
      const long = await place.refuses(refusal(413, words(9_500)), prompt);
      match(long.error.message, /^prompt is too long: 9500 tokens > 4000 max/);
      // The answer does not fit: resent with a smaller limit.
      const short = await told(place, [413, words(5_000)], expected);
      match(short.error.message, /^input length and `max_tokens` exceed/);
      equal(short.exchanges.length, 2);
    },
  },
  {
    id: "E6",
    title: "our key refused: told once, with the upstream and without the key",
    at: "every",
    shownBy: "tests/e2e/failures_test.ts, “gives up at once”",
    async run(place) {
      const key = "sk-this-is-the-key-of-ours";
      const body = openaiError(`Incorrect API key provided: ${key}`, {
        code: "invalid_api_key",
      });
      const refused = await place.refuses(refusal(401, body), {}, {
        environment: { OPENAI_API_KEY: key },
      });
      equal(refused.status, 401);
      equal(refused.error.type, "authentication_error");
      equal(refused.headers.get(NO_RETRY), "false");
      match(refused.error.message, /upstream/);
      equal(refused.error.message.includes(key), false);
    },
  },
  {
    id: "E7",
    title: "no money left is no rate limit",
    at: "every",
    async run(place) {
      const body = openaiError("You exceeded your current quota", {
        type: "insufficient_quota",
        code: "insufficient_quota",
      });
      const { headers } = await told(place, [429, body], [
        402,
        "billing_error",
      ]);
      equal(headers.get(NO_RETRY), "false");
    },
  },
  {
    id: "E8",
    title: "when to come back is passed on, however it is said",
    at: "once",
    async run(place) {
      const cases: [Record<string, string>, string, string][] = [
        [{ "retry-after": "7" }, "slow", "7"],
        [{ "x-ratelimit-reset-tokens": "6m0s" }, "slow", "360"],
        [{}, "Please try again in 1.2s.", "2"],
      ];
      for (const [headers, words, expected] of cases) {
        const body = openaiError(words, { code: "rate_limit_exceeded" });
        const told = await place.refuses(refusal(429, body, headers), {}, {
          retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
        });
        equal(told.status, 429);
        equal(told.error.type, "rate_limit_error");
        equal(told.headers.get("retry-after"), expected);
      }
    },
  },
  {
    id: "E9",
    title: "overload is told as such",
    at: "every",
    async run(place) {
      const expected: [number, string] = [529, "overloaded_error"];
      const overloaded = openaiError("busy", { code: "server_is_overloaded" });
      await told(place, [503, overloaded], expected);
      await told(place, [503, openaiError("busy")], expected);
      const hurried = openaiError("s", { code: "slow_down" });
      await told(place, [429, hurried], expected);
      const list = [{
        choices: [{
          delta: { content: "" },
          finish_reason: "insufficient_system_resource",
        }],
      }];
      const { status } = await place.refuses(chunks(list), { stream: true });
      equal(status, 529);
    },
  },
  {
    id: "E10",
    title: "a model that is not there is named",
    at: "every",
    async run(place) {
      const gone = openaiError("The model `m` does not exist", {
        code: "model_not_found",
      });
      const expected: [number, string] = [404, "not_found_error"];
      const { error } = await told(place, [404, gone], expected);
      equal(error.message, `model: ${place.model}`);
      const words = openaiError("The model `m` does not exist.");
      await told(place, [400, words], expected);
    },
  },
  {
    id: "E11",
    title: "a page of HTML is a failure, and is not shown",
    at: "every",
    async run(place) {
      const page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
      const { error } = await told(place, [502, page], [502, "api_error"]);
      equal(error.message.includes("<"), false, error.message);
    },
  },
  {
    id: "E12",
    title: "an error's words are found in every shape it comes in",
    at: "once",
    async run(place) {
      const words = "the reason it failed";
      const raw = JSON.stringify({ error: { message: words } });
      const shapes: unknown[] = [
        [{ error: { code: 400, message: words, status: "INVALID" } }],
        { detail: [{ loc: ["body", "x"], msg: words, type: "extra" }] },
        { error: words },
        { code: "Some code", error: words },
        { object: "error", message: words, type: "invalid", code: "1" },
        {
          error: { code: 400, message: "Provider error", metadata: { raw } },
        },
      ];
      for (const shape of shapes) {
        const { error } = await told(place, [400, shape], [
          400,
          "invalid_request_error",
        ]);
        ok(error.message.includes(words), error.message);
      }
    },
  },
  {
    id: "E13",
    title: "an upstream that cannot be reached is a 502 without its address",
    at: "once",
    async run(place) {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      listener.close();
      const environment = {
        OPENAI_BASE_URL: `http://user:hidden@127.0.0.1:${port}/v1`,
      };
      const told = await place.refuses(json({}), {}, { environment });
      equal(told.status, 502);
      equal(told.error.type, "api_error");
      equal(told.headers.get(NO_RETRY), null);
      equal(/hidden|user:/.test(told.error.message), false);
    },
  },
  {
    id: "E14",
    title: "an upstream that says nothing is let go with a 504",
    at: "once",
    async run(place) {
      const told = await place.refuses(
        async ({ ended }) => {
          await ended;
          return undefined;
        },
        {},
        {
          environment: { UPSTREAM_FIRST_BYTE_TIMEOUT: "0.05" },
          retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
        },
      );
      equal(told.status, 504);
      equal(told.error.type, "timeout_error");
    },
  },
  {
    id: "E21",
    title: "a prompt refused for its content is not sent again",
    at: "every",
    async run(place) {
      for (const code of ["content_policy_violation", "content_filter"]) {
        const body = openaiError("Your request was rejected", { code });
        const { headers } = await told(place, [400, body], [
          400,
          "invalid_request_error",
        ]);
        equal(headers.get(NO_RETRY), "false");
      }
    },
  },
];
