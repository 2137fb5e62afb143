import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { type Overflow, toOverflow } from "./context_overflow.ts";

// Texts are constructed from contract 3.5 and 4.6; quoted ones are fixtures.
const WITH_NUMBERS: [string, string, Overflow][] = [
  [
    "OpenAI (E1)",
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. Please reduce the length of the messages.",
    { input: 130_000, limit: 128_000 },
  ],
  [
    "OpenAI with tools",
    "This model's maximum context length is 128000 tokens. However, you requested 130000 tokens (129000 in the messages, 1000 in the functions).",
    { input: 130_000, limit: 128_000 },
  ],
  [
    "vLLM, older",
    "This model's maximum context length is 32768 tokens. However, you requested 41000 tokens (40000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion.",
    { input: 40_000, output: 1_000, limit: 32_768 },
  ],
  [
    "vLLM, newer",
    "This model's maximum context length is 32768 tokens. However, you requested 1000 output tokens and your prompt contains at least 32769 input tokens, for a total of at least 33769 tokens.",
    { input: 32_769, output: 1_000, limit: 32_768 },
  ],
  [
    "vLLM of an answer that is too long (E3)",
    "'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context length is 32768 tokens and your request has 10000 input tokens",
    { input: 10_000, output: 32_000, limit: 32_768 },
  ],
  [
    "llama.cpp (E2)",
    "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
    { input: 9_412, limit: 8_192 },
  ],
  [
    "SGLang",
    "The input (40000 tokens) is longer than the model's context length (32768 tokens).",
    { input: 40_000, limit: 32_768 },
  ],
  [
    "LM Studio",
    "Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)",
    { input: 15_028, limit: 7_424 },
  ],
  [
    "Kimi",
    "Invalid request: Your request exceeded model token limit: 262144 (requested: 270000)",
    { input: 270_000, limit: 262_144 },
  ],
  [
    "Kimi without the request's size",
    "Your request exceeded model token limit: 131072",
    { limit: 131_072 },
  ],
  [
    "Qwen",
    "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]",
    { limit: 129_024 },
  ],
  [
    "xAI",
    "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
    { input: 140_000, limit: 131_072 },
  ],
  [
    "Gemini",
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    { input: 1_200_000, limit: 1_048_576 },
  ],
  [
    "Mistral",
    "Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length",
    { input: 140_000, limit: 131_072 },
  ],
  [
    "Groq (E5)",
    "Request too large for model `llama-3.3-70b-versatile` in organization `org_x` service tier `on_demand` on tokens per minute (TPM): Limit 12000, Requested 13000, please reduce your message size and try again.",
    { input: 13_000, limit: 12_000 },
  ],
  [
    "Anthropic",
    "prompt is too long: 210000 tokens > 200000 maximum",
    { input: 210_000, limit: 200_000 },
  ],
];

for (const [maker, text, expected] of WITH_NUMBERS) {
  Deno.test(`toOverflow() reads the numbers of ${maker} (E4)`, () => {
    deepEqual(toOverflow(text), expected);
    deepEqual(toOverflow(`context_length_exceeded\n${text}`), expected);
  });
}

/** Every literal pattern of contract 3.5. */
const IN_WORDS = [
  "prompt is too long",
  "input is too long for requested model",
  "maximum context length",
  "context_length_exceeded",
  "exceeds the context window",
  "contextwindowexceedederror",
  "longer than the maximum model length",
  "longer than the model's context length",
  "exceeds the available context size",
  "exceeds the maximum number of tokens allowed",
  "exceeded model token limit",
  "input token length too long",
  "input tokens exceed the configured limit",
  "maximum context limit",
  "maximum prompt length",
  "prompt exceeds max length", // Z.ai
  "tokens in request more than max tokens allowed",
  "range of input length should be",
  "context window exceeds limit", // MiniMax
  "but model only supports up to",
  "reduce the length of the messages",
  "`inputs` tokens + `max_new_tokens` must be", // TGI
  "context exceeds your deployment",
  "exceed_context_size_error", // llama.cpp's type
  "Trying to keep the first 15028 tokens when context the overflows", // LM Studio
];

for (const words of IN_WORDS) {
  Deno.test(`toOverflow() recognises "${words}" (E4)`, () => {
    const shouted = words.toUpperCase();
    for (const text of [words, shouted, `Error: ${words}, sorry (4 of 5)`]) {
      deepEqual(toOverflow(text), {}, text);
    }
  });
}

Deno.test("toOverflow() recognises Bedrock's whole message (E4)", () => {
  deepEqual(toOverflow("Input is too long."), {});
  deepEqual(toOverflow("ValidationException\nInput is too long."), {});
  equal(toOverflow("tools.0.description: Input is too long. Shorten it"), null);
});

Deno.test("toOverflow() tells the answer from the prompt where they are one sum", () => {
  const kimi = "exceeded model token limit: 262144 (requested: 269030)";
  const groq =
    "on tokens per minute (TPM): Limit 8000, Requested 32979, please";
  deepEqual(toOverflow(kimi, 130_000), {
    limit: 262_144,
    input: 130_000,
    output: 139_030,
  });
  deepEqual(toOverflow(groq, 979), {
    limit: 8_000,
    input: 979,
    output: 32_000,
  });
  for (const estimate of [0, 240_000, 300_000]) { // none, too near, too much
    deepEqual(toOverflow(kimi, estimate), { limit: 262_144, input: 269_030 });
  }
});

Deno.test("toOverflow() leaves other errors alone", () => {
  for (
    const text of [
      "",
      "Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.",
      "max_tokens is too large: 200000. This model supports at most 16384 completion tokens",
      "Invalid 'messages[0].content': string too long.",
      "Request too large (max 32MB)",
      "Unsupported parameter: 'max_tokens' is not supported with this model.",
    ]
  ) {
    equal(toOverflow(text), null, text);
  }
});

Deno.test("toOverflow() says nothing of text without its words, however long", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 8000 }), (text) => {
      equal(toOverflow(text), null);
    }),
  );
});

Deno.test("toOverflow() reads hostile text in a moment", () => {
  const start = "maximum context length is 1 tokens ";
  for (
    const part of ["(", "resulted in ", "maximum context length is 1 tokens "]
  ) {
    const startedAt = performance.now();
    toOverflow((start + part.repeat(8000)).slice(0, 8000));
    equal(performance.now() - startedAt < 1_000, true, part);
  }
});
