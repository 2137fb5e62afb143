import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { parseFailure, readFailure } from "./errors.ts";

// Bodies are constructed from contract 4.3 and 4.6, not recorded.
const BODIES: [string, unknown, string, string[]][] = [
  [
    "OpenAI's",
    {
      error: {
        message: "Unsupported parameter: 'max_tokens'",
        type: "invalid_request_error",
        param: "max_tokens",
        code: "unsupported_parameter",
      },
    },
    "Unsupported parameter: 'max_tokens'",
    ["unsupported_parameter", "invalid_request_error"],
  ],
  [
    "Gemini's, a list (E12)",
    [{
      error: {
        code: 429,
        message: "Resource has been exhausted",
        status: "RESOURCE_EXHAUSTED",
      },
    }],
    "Resource has been exhausted",
    ["429", "RESOURCE_EXHAUSTED"],
  ],
  [
    "FastAPI's (E12)",
    { detail: [{ loc: ["body", "stream_options"], msg: "Extra inputs" }] },
    '[{"loc":["body","stream_options"],"msg":"Extra inputs"}]',
    [],
  ],
  ["a plain text's (E12)", { error: "out of memory" }, "out of memory", []],
  [
    "xAI's (E12)",
    { code: "Client specified an invalid argument", error: "Bad model" },
    "Bad model",
    ["Client specified an invalid argument"],
  ],
  [
    "Mistral's (E12)",
    {
      object: "error",
      message: "Unexpected role 'user' after role 'tool'",
      type: "invalid_request_message_order",
      param: null,
      code: "3230",
    },
    "Unexpected role 'user' after role 'tool'",
    ["3230", "invalid_request_message_order"],
  ],
  [
    "vLLM's older",
    {
      object: "error",
      message: "too long",
      type: "BadRequestError",
      code: 400,
    },
    "too long",
    ["400", "BadRequestError"],
  ],
  [
    "OpenRouter's, with the maker's own (E12)",
    {
      error: {
        code: 400,
        message: "Provider returned error",
        metadata: {
          provider_name: "Acme",
          raw: '{"error":{"message":"maximum context length is 5 tokens"}}',
        },
      },
    },
    "maximum context length is 5 tokens",
    ["400"],
  ],
  [
    "OpenRouter's, with the maker's text",
    {
      error: {
        code: 502,
        message: "Provider returned error",
        metadata: { raw: "upstream exploded" },
      },
    },
    "upstream exploded",
    ["502"],
  ],
  [
    "OpenRouter's own",
    { error: { code: 402, message: "Insufficient credits" } },
    "Insufficient credits",
    ["402"],
  ],
  ["one without words", { error: {} }, "no message", []],
];

for (const [whose, body, message, codes] of BODIES) {
  Deno.test(`parseFailure() reads ${whose} body`, () => {
    const failure = parseFailure(JSON.stringify(body));
    equal(failure.message, message);
    deepEqual(failure.codes, codes);
    for (const said of [message, ...codes]) ok(failure.text.includes(said));
  });
}

Deno.test("parseFailure() keeps the codes inside OpenRouter's raw text", () => {
  const raw = JSON.stringify({
    error: { message: "Too much", code: "context_length_exceeded" },
  });
  const { text } = parseFailure(JSON.stringify({
    error: { code: 400, message: "Provider returned error", metadata: { raw } },
  }));
  ok(text.includes("context_length_exceeded"), text);
});

Deno.test("parseFailure() strips a page of its markup (E11)", () => {
  const page = `<!DOCTYPE html><html><head><title>502 Bad Gateway</title>
    <style>body { color: red }</style><script>alert("<b>")</script></head>
    <body><h1>502 Bad Gateway</h1>${"<p>nginx</p>".repeat(100)}</body></html>`;
  const { message } = parseFailure(page);
  ok(message.startsWith("502 Bad Gateway 502 Bad Gateway nginx"), message);
  equal(/[<>]|color|alert/.test(message), false, message);
  ok(message.length <= 300);
});

Deno.test("parseFailure() relays no tag of any page, cut off or not (E11)", () => {
  for (const page of ["<html", "<html><body><p>x</p><div class='", "<p"]) {
    equal(parseFailure(page).message.includes("<"), false, page);
  }
});

Deno.test("parseFailure() reads every body, and keeps it short", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.json(),
      fc.json().map((json) => `{"error":${json}}`),
    ),
    (body) => {
      const failure = parseFailure(body);
      ok(failure.message.length <= 2_000);
      ok(failure.codes.every((code) => typeof code === "string"));
    },
  ));
  const long = JSON.stringify({ error: { message: "x".repeat(50_000) } });
  equal(parseFailure(long).message.length, 2_000);
  ok(parseFailure(long).text.length <= 8_000);
});

Deno.test("readFailure() reads the error of a chunk", () => {
  for (
    const [error, message, codes] of [
      ["boom", "boom", []],
      [{ code: 502, message: "down" }, "down", ["502"]],
      [{ code: "server_error", message: "m" }, "m", ["server_error"]],
      [{}, "no message", []],
      [true, "unknown error", []],
      [[1], "unknown error", []],
    ] as const
  ) {
    const failure = readFailure(error);
    equal(failure.message, message);
    deepEqual(failure.codes, codes);
  }
});
