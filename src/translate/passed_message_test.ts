import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { assemblePassed, toPassedEvents } from "./passed_message.ts";

const text = fc.string();

/** Blocks of the Messages API, and one it may have in future. */
const block = fc.oneof(
  fc.record({ type: fc.constant("text"), text, citations: fc.constant(null) }),
  fc.record({
    type: fc.constant("text"),
    text,
    citations: fc.array(fc.record({ type: fc.constant("char_location") }), {
      minLength: 1,
    }),
  }),
  fc.record({ type: fc.constant("thinking"), thinking: text, signature: text }),
  fc.record({ type: fc.constant("redacted_thinking"), data: text }),
  fc.record({
    type: fc.constantFrom("tool_use", "server_tool_use", "mcp_tool_use"),
    id: text,
    name: text,
    input: fc.dictionary(fc.string(), fc.jsonValue())
      .map((input) => JSON.parse(JSON.stringify(input))),
  }),
  fc.record({
    type: fc.constant("web_search_tool_result"),
    content: fc.array(fc.record({ title: text })),
  }),
  fc.record({ type: fc.constant("new_block"), payload: fc.nat() }),
);

const message = fc.record({
  id: text,
  type: fc.constant("message"),
  role: fc.constant("assistant"),
  model: text,
  content: fc.array(block, { maxLength: 4 }),
  stop_reason: fc.constantFrom("end_turn", "tool_use"),
  stop_sequence: fc.constant(null),
  usage: fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() }),
  container: fc.constantFrom(null, { id: "c" }),
  context_management: fc.constant({ applied_edits: [] }),
}, { requiredKeys: ["id", "type", "role", "model", "content", "usage"] });

Deno.test("assemblePassed() puts together what toPassedEvents() took apart", () => {
  fc.assert(fc.property(message, (message) => {
    const events = toPassedEvents(message);
    deepEqual(
      JSON.parse(JSON.stringify(assemblePassed(events))),
      JSON.parse(JSON.stringify({
        stop_reason: undefined,
        stop_sequence: undefined,
        ...message,
      })),
    );
  }));
});

Deno.test("toPassedEvents() tells a block as an upstream does: shell, deltas, end", () => {
  const told = toPassedEvents({
    content: [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "tool_use", id: "t", name: "n", input: { a: 1 } },
      { type: "tool_use", id: "u", name: "n", input: {} },
    ],
    stop_reason: "tool_use",
    usage: { output_tokens: 3 },
  });
  deepEqual(told.map(({ type, index }) => [type, index]), [
    ["message_start", undefined],
    ["content_block_start", 0],
    ["content_block_delta", 0],
    ["content_block_delta", 0],
    ["content_block_stop", 0],
    ["content_block_start", 1],
    ["content_block_delta", 1],
    ["content_block_stop", 1],
    ["content_block_start", 2],
    ["content_block_stop", 2],
    ["message_delta", undefined],
    ["message_stop", undefined],
  ]);
  deepEqual(told[0]?.message, {
    usage: { output_tokens: 3 },
    content: [],
    stop_reason: null,
    stop_sequence: null,
  });
  deepEqual(told[5]?.content_block, {
    type: "tool_use",
    id: "t",
    name: "n",
    input: {},
  });
});

Deno.test("assemblePassed() adds up deltas it does not know", () => {
  const { content } = assemblePassed([
    { type: "message_start", message: {} },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "compaction", content: "a" },
    },
    {
      type: "content_block_delta",
      index: 0,
      delta: { type: "compaction_delta", content: "b", level: 2 },
    },
  ]);
  deepEqual(content, [{ type: "compaction", content: "ab", level: 2 }]);
});

Deno.test("assemblePassed() reads input that comes in pieces", () => {
  const delta = (partial_json: string) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "input_json_delta", partial_json },
  });
  const { content } = assemblePassed([
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "tool_use", input: {} },
    },
    delta('{"a"'),
    delta(": 1}"),
  ]);
  deepEqual(content, [{ type: "tool_use", input: { a: 1 } }]);
  equal(Array.isArray(content), true);
});
