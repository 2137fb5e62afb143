/**
 * Generated streams of the Responses API: as the embedded upstream writes them,
 * with events missing, repeated, in another order, or made up.
 *
 * @module
 */
import fc from "fast-check";
import {
  chunk,
  citationChunk,
  finishChunk,
  phaseChunk,
  reasoningChunk,
  reasoningItemChunk,
  searchChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../../src/demo/chunks.ts";
import { chunks } from "../../src/demo/replies.ts";
import { toResponsesReply } from "../../src/demo/responses/reply.ts";
import { damaged, type UpstreamStream } from "./damage.ts";

const text = fc.oneof(
  fc.constantFrom("", "a", "END", "😀", "\ud83d"),
  fc.string({ unit: "binary", maxLength: 10 }),
);

const args = fc.constantFrom("", "{", '{"a":', "1}", "{}", '{"a":1}', "[1]");

const url = fc.constantFrom("https://example.com/", "not a URL", "");

const stroke = fc.oneof(
  text.map(textChunk),
  text.map(reasoningChunk),
  text.map((refusal) => chunk({ refusal })),
  fc.array(text, { maxLength: 2 }).map(reasoningItemChunk),
  fc.tuple(fc.constantFrom("commentary", "final_answer", "odd"), text)
    .map(([phase, said]) => phaseChunk(phase, said)),
  fc.record({ query: text, sources: fc.array(url, { maxLength: 2 }) })
    .map(searchChunk),
  fc.record({ url, title: text }).map(citationChunk),
  fc.record({
    index: fc.nat({ max: 2 }),
    id: fc.constantFrom("a", "b"),
    name: fc.constantFrom("Bash", "Read", ""),
    args,
  }).map(toolCallChunk),
);

const ending = fc.constantFrom<unknown[]>(
  [],
  [finishChunk("stop")],
  [finishChunk("length")],
  [finishChunk("content_filter")],
  [finishChunk("error")],
  [{ error: { message: "slow down", code: "rate_limit_exceeded" } }],
  [finishChunk("stop"), usageChunk({ prompt_tokens: 9, completion_tokens: 2 })],
);

/** The events of a well-formed stream, each as its text. */
const wellFormed: fc.Arbitrary<string[]> = fc.tuple(
  fc.array(stroke, { maxLength: 8 }),
  ending,
).map(([strokes, end]) => {
  const { reply: { body } } = toResponsesReply(chunks([...strokes, ...end]), {
    request: {
      model: "m",
      input: "Hi",
      reasoning: { summary: "auto" },
      include: ["reasoning.encrypted_content"],
    },
    stamp: { id: "1", created: 0 },
    organization: "demo",
  });
  const { pieces } = Object(body);
  return Array.isArray(pieces) ? pieces.map(String) : [];
});

const item = fc.record({
  type: fc.constantFrom(
    "message",
    "reasoning",
    "function_call",
    "web_search_call",
    "odd",
  ),
  id: fc.constantFrom<unknown>("rs_1", "fc_1", "", null),
  status: fc.constantFrom<unknown>("completed", "incomplete", null),
  call_id: fc.constantFrom<unknown>("a", "b", "", null),
  name: fc.constantFrom<unknown>("Bash", "", null),
  arguments: args,
  encrypted_content: fc.constantFrom<unknown>("e", "", null),
  phase: fc.constantFrom<unknown>("final_answer", null),
  summary: fc.array(fc.record({ type: fc.constant("summary_text"), text })),
  content: fc.array(
    fc.record({ type: fc.constantFrom("output_text", "refusal"), text }),
  ),
}, { requiredKeys: ["type"] });

const response = fc.record({
  status: fc.constantFrom<unknown>("completed", "incomplete", "failed", null),
  output: fc.array(item, { maxLength: 3 }),
  error: fc.constantFrom<unknown>(null, "odd", { code: "server_error" }),
  incomplete_details: fc.constantFrom<unknown>(null, {}, { reason: "odd" }),
  usage: fc.constantFrom<unknown>(null, {}, { input_tokens: -5 }),
}, { requiredKeys: [] });

/** An event with fields that may not belong to it. */
const madeUp: fc.Arbitrary<string> = fc.record({
  type: fc.constantFrom(
    "response.created",
    "response.output_item.added",
    "response.output_item.done",
    "response.output_text.delta",
    "response.refusal.delta",
    "response.reasoning_summary_text.delta",
    "response.reasoning_text.delta",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.output_text.annotation.added",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "error",
    "response.odd",
  ),
  output_index: fc.constantFrom<unknown>(0, 1, 2, -1, null),
  summary_index: fc.constantFrom<unknown>(0, 1, null),
  delta: fc.oneof(text, fc.constant(null)),
  item,
  response,
  code: fc.constantFrom<unknown>("odd", null),
  message: text,
}, { requiredKeys: ["type"] }).map((event) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
);

const outOfPlace: fc.Arbitrary<string[]> = fc.tuple(
  wellFormed,
  fc.array(
    fc.record({
      at: fc.nat(),
      drops: fc.nat({ max: 2 }),
      added: fc.array(madeUp, { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
).map(([events, changes]) => {
  for (const { at, drops, added } of changes) {
    events.splice(at % (events.length + 1), drops, ...added);
  }
  return events;
});

/** Streams, many of them well-formed, as they may arrive. */
export const responsesStream: fc.Arbitrary<UpstreamStream> = damaged(
  fc.oneof(wellFormed, outOfPlace),
);

/** A whole response. */
export const wholeResponse: fc.Arbitrary<unknown> = response.map((fields) => ({
  object: "response",
  ...fields,
}));
