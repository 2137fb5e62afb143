import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { answerContext, chunk, toEvents, told } from "../../tests/builders.ts";
import type { ToolCallDelta } from "../openai/chat.ts";
import type { ToolCall } from "./tool_call.ts";
import { ToolCalls } from "./tool_calls.ts";

/** A fragment: index, id, name, arguments; the last three are optional. */
function part(
  index: number | null,
  id?: string | null,
  name?: string | null,
  args?: string | Record<string, unknown>,
): ToolCallDelta {
  return { index, id, function: { name, arguments: args } };
}

const ROWS: [string, ToolCallDelta[], string[]][] = [
  ["keeps two calls one after the other (S5)", [
    part(0, "a", "A", ""),
    part(0, null, null, '{"a":1}'),
    part(1, "b", "B", ""),
    part(1, null, null, '{"b":2}'),
  ], ['A {"a":1}', 'B {"b":2}']],
  ["keeps interleaved calls apart (S5)", [
    part(0, "a", "A", '{"a"'),
    part(1, "b", "B", '{"b"'),
    part(0, null, null, ":1}"),
    part(1, null, null, ":2}"),
  ], ['A {"a":1}', 'B {"b":2}']],
  ["keeps interleaved calls apart when the second ends first (S5)", [
    part(0, "a", "A", '{"a"'),
    part(1, "b", "B", '{"b":2}'),
    part(2, "c", "C", "{}"),
    part(0, null, null, ":1}"),
  ], ['A {"a":1}', 'B {"b":2}', "C {}"]],
  ["tells calls without index apart by id (S6)", [
    part(null, "a", "A", '{"a"'),
    part(null, "a", null, ":1}"),
    part(null, "b", "B", "{}"),
  ], ['A {"a":1}', "B {}"]],
  ["adds what names no call to the latest (S6)", [
    part(null, "a", "A", '{"a"'),
    part(null, null, null, ":1}"),
    part(null, "b", "B"),
    part(null, "", null, "{}"),
  ], ['A {"a":1}', "B {}"]],
  ["tells calls apart that all have index 0 (S6)", [
    part(0, "a", "A", "{}"),
    part(0, "b", "B", '{"b"'),
    part(0, null, null, ":2}"),
  ], ["A {}", 'B {"b":2}']],
  ["tells calls apart that have no id and index 0 (S6)", [
    part(0, "", "A", '{"a":1}'),
    part(0, "", "B", '{"b":2}'),
    part(0, null, "A", '{"a":3}'),
  ], ['A {"a":1}', 'B {"b":2}', 'A {"a":3}']],
  ["does not mind where indexes start (S6)", [
    part(1, "a", "A", "{}"),
    part(3, "b", "B", "{}"),
  ], ["A {}", "B {}"]],
  ["tells calls apart by index that have the same id", [
    part(0, "call_0", "A", "{}"),
    part(1, "call_0", "B", "{}"),
  ], ["A {}", "B {}"]],
  ["puts a split name together (S7)", [
    part(0, "a", "Ba"),
    part(0, null, "sh"),
    part(0, null, null, "{}"),
  ], ["Bash {}"]],
  ["takes a repeated name once (S7)", [
    part(0, "a", "Bash", ""),
    part(0, "a", "Bash", '{"a"'),
    part(0, "a", "Bash", ":1}"),
  ], ['Bash {"a":1}']],
  ["takes empty names for none (S7)", [
    part(0, "a", "Bash"),
    part(0, "", "", '{"a":1}'),
    part(0, null, ""),
  ], ['Bash {"a":1}']],
  ["takes arguments that come as an object (N12)", [
    part(0, "a", "Bash", { command: "ls" }),
  ], ['Bash {"command":"ls"}']],
];

for (const [promise, deltas, expected] of ROWS) {
  Deno.test(`ToolCalls ${promise}`, () => {
    const end = chunk({}, "tool_calls");
    const one = [chunk({ tool_calls: deltas }), end];
    const each = deltas.map((delta) => chunk({ tool_calls: [delta] }));
    deepEqual(told(toEvents([...each, end])), [...expected, "tool_use"]);
    deepEqual(told(toEvents(one)), [...expected, "tool_use"], "in one chunk");
  });
}

Deno.test("ToolCalls gives every call a fresh id, never the upstream's (N15)", () => {
  const events = toEvents([
    chunk({ tool_calls: [part(0, "call_0", "A"), part(1, "call_0", "B")] }),
    chunk({}, "tool_calls"),
  ]);
  const ids = events.flatMap((event) =>
    event.type === "content_block_start" &&
      event.content_block.type === "tool_use"
      ? event.content_block.id
      : []
  );
  deepEqual(ids, ["toolu_1", "toolu_2"]);
});

Deno.test("ToolCalls gives the client its own name of a tool back (R33)", () => {
  const toolNames = new Map([["short_1", "long"]]);
  for (const pieces of [["short_1"], ["short", "_1"]]) {
    const events = toEvents([
      ...pieces.map((name) => chunk({ tool_calls: [part(0, "a", name)] })),
      chunk({}, "tool_calls"),
    ], { toolNames });
    deepEqual(told(events), ["long ", "tool_use"]);
  }
});

Deno.test("ToolCalls takes one call where one was asked for (S39)", () => {
  const calls = new ToolCalls(answerContext({ singleToolUse: true }));
  const begun: ToolCall[] = [];
  const find = (delta: ToolCallDelta) =>
    calls.callOf(delta, (call) => begun.push(call));
  const first = find(part(0, "a", "A"));
  equal(find(part(1, "b", "B")), undefined);
  equal(find(part(0)), first);
  equal(find(part(1)), undefined);
  deepEqual([begun.length, calls.count], [1, 1]);
});

Deno.test("ToolCalls begins no call for a fragment without name and arguments", () => {
  deepEqual(
    told(toEvents([
      chunk({ content: "a" }),
      chunk({ tool_calls: [part(0)] }),
      chunk({ tool_calls: [{ index: 1 }] }),
      chunk({ tool_calls: [part(0, "", "", "")] }),
      chunk({}, "stop"),
    ])),
    ["text a", "end_turn"],
  );
});
