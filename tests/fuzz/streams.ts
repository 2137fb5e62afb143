/**
 * Generated answers of Chat Completions: valid, broken, cut anywhere.
 *
 * @module
 */
import fc from "fast-check";
import { wholeResponse } from "./responses_streams.ts";
import { damaged, type UpstreamStream } from "./damage.ts";

const text = fc.oneof(
  fc.constantFrom("", "a", "END", "<think>", "</think>", "😀", "\ud83d"),
  fc.string({ unit: "binary", maxLength: 10 }),
);

const args = fc.constantFrom<unknown>(
  "",
  "{",
  '{"a":',
  "1}",
  "{}",
  '{"a":1}',
  "null",
  "[1]",
  '"{}"',
  "{'a': 1}",
  "```json\n{}\n```",
  { a: 1 },
);

const call = fc.record({
  index: fc.constantFrom<unknown>(0, 1, 2, -1, null),
  id: fc.constantFrom<unknown>("a", "b", "", null),
  type: fc.constant("function"),
  function: fc.record({
    name: fc.constantFrom<unknown>("Bash", "Re", "ad", "", null),
    arguments: args,
  }, { requiredKeys: [] }),
  extra_content: fc.constant({ google: { thought_signature: "s" } }),
}, { requiredKeys: [] });

const delta = fc.record({
  role: fc.constant("assistant"),
  content: fc.oneof(
    text,
    fc.constant(null),
    fc.array(fc.record({ type: fc.constant("text"), text }), { maxLength: 2 }),
  ),
  reasoning_content: text,
  reasoning: text,
  reasoning_details: fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 2 }),
  refusal: text,
  tool_calls: fc.array(call, { maxLength: 3 }),
  function_call: fc.record({ name: fc.constant("Bash"), arguments: args }),
}, { requiredKeys: [] });

const usage = fc.record({
  prompt_tokens: fc.integer({ min: -5, max: 1_000 }),
  completion_tokens: fc.nat({ max: 1_000 }),
  prompt_tokens_details: fc.record({ cached_tokens: fc.nat({ max: 2_000 }) }),
}, { requiredKeys: [] });

const finish = fc.constantFrom<unknown>(
  null,
  null,
  null,
  "stop",
  "length",
  "tool_calls",
  "content_filter",
  "error",
  "odd",
);

const chunk: fc.Arbitrary<unknown> = fc.record({
  choices: fc.array(
    fc.record({ index: fc.nat({ max: 1 }), delta, finish_reason: finish }, {
      requiredKeys: [],
    }),
    { maxLength: 2 },
  ),
  usage: fc.option(usage),
}, { requiredKeys: [] });

const failure = fc.record({
  error: fc.oneof(text, fc.jsonValue({ maxDepth: 2 })),
});

const newline = fc.constantFrom("\n", "\r\n", "\r");

/** One event of a stream, or what may come between two. */
const piece: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(chunk, newline).map(toEvent) },
  { weight: 1, arbitrary: fc.tuple(failure, newline).map(toEvent) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ": comment\n\n",
      "data: [DONE]\n\n",
      "event: error\ndata: broken\n\n",
      "data: {\n\n",
      "data:\n\n",
      "id: 1\nretry: 5\n\n",
      "\n\n",
      "<html>",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.jsonValue().map((value) =>
      `data: ${JSON.stringify(value)}\n\n`
    ),
  },
);

function toEvent([data, end]: [unknown, string]): string {
  return `data: ${JSON.stringify(data)}${end}${end}`;
}

/** Streams of Chat Completions. */
export const chatStream: fc.Arbitrary<UpstreamStream> = damaged(
  fc.tuple(
    fc.array(piece, { maxLength: 12 }),
    fc.constantFrom("data: [DONE]\n\n", "data: [DONE]", ""),
  ).map(([events, ending]) => [...events, ending]),
);

/** Includes refusals. */
const status = fc.constantFrom(200, 200, 200, 400, 401, 413, 429, 500, 503);

/** A whole answer. */
export interface UpstreamAnswer {
  status: number;
  body: string;
}

/** Whole answers, some of them cut off or not answers at all. */
export const chatAnswer: fc.Arbitrary<UpstreamAnswer> = answers(completion());

/** The same for Responses. */
export const responsesAnswer: fc.Arbitrary<UpstreamAnswer> = answers(
  wholeResponse,
);

function answers(whole: fc.Arbitrary<unknown>): fc.Arbitrary<UpstreamAnswer> {
  return fc.tuple(
    status,
    fc.oneof(
      { weight: 8, arbitrary: whole },
      { weight: 1, arbitrary: failure },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    fc.option(fc.nat(), { freq: 9 }),
  ).map(([status, answer, cut]) => {
    const whole = JSON.stringify(answer) ?? "";
    const length = cut === null ? whole.length : cut % (whole.length + 1);
    return { status, body: whole.slice(0, length) };
  });
}

function completion(): fc.Arbitrary<unknown> {
  const choice = fc.record({ message: delta, finish_reason: finish }, {
    requiredKeys: [],
  });
  const choices = fc.array(choice, { maxLength: 2 });
  return fc.record({ choices, usage }, { requiredKeys: [] });
}
