import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { ToolCall } from "./tool_call.ts";

function aCall() {
  return new ToolCall({ index: 0, id: "up" }, {
    id: "toolu_1",
    toClientName: (name) => name,
  });
}

/** What is passed on at once, and what remains for the end. */
function feed(...fragments: string[]) {
  const call = aCall();
  const passed = fragments.map((fragment) => call.addArguments(fragment));
  const owed = call.last().map((delta) =>
    delta.type === "input_json_delta" ? delta.partial_json : ""
  );
  return { passed, owed, isDone: call.isDone() };
}

Deno.test("ToolCall passes an object on as it comes", () => {
  deepEqual(feed('{"a"', ":1", "}"), {
    passed: ['{"a"', ":1", "}"],
    owed: [],
    isDone: true,
  });
});

Deno.test("ToolCall cuts off what follows the object", () => {
  deepEqual(feed('{"a":1}', "\n```", "{}").passed, ['{"a":1}', "", ""]);
});

const COLLECTED: [string, string[], string[]][] = [
  ["sends nothing for no arguments (N11)", [""], []],
  ["sends nothing for blank arguments (N11)", [" ", "\n"], []],
  ["sends {} for null (N11)", ["nu", "ll"], ["{}"]],
  ["opens JSON in a JSON string", ['"{\\"a\\"', ':1}"'], ['{"a":1}']],
  ["takes arguments out of a code fence", [
    "```json\n",
    '{"a":1}\n```',
  ], ['{"a":1}']],
];

for (const [promise, fragments, owed] of COLLECTED) {
  Deno.test(`ToolCall ${promise}`, () => {
    deepEqual(feed(...fragments), {
      passed: fragments.map(() => ""),
      owed,
      isDone: false,
    });
  });
}

Deno.test("ToolCall passes on an emoji that was cut in halves", () => {
  const { passed } = feed('{"a":"\ud83d', '\ude42"}');
  equal(passed.join(""), '{"a":"🙂"}');
});

Deno.test("ToolCall passes on every object's JSON, wherever it is cut", () => {
  fc.assert(fc.property(
    fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
    fc.array(fc.nat(), { maxLength: 5 }),
    fc.constantFrom("", " ", "\n"),
    (input, cuts, blank) => {
      const text = blank + JSON.stringify(input);
      const at = [0, ...cuts.map((cut) => cut % text.length), text.length]
        .toSorted((a, b) => a - b);
      const { passed, owed, isDone } = feed(
        ...at.map((from, i) => text.slice(from, at[i + 1])),
      );
      equal(passed.join(""), text.trimStart());
      deepEqual(owed, []);
      equal(isDone, true);
    },
  ));
});

Deno.test("ToolCall shows id and name and no input in its shell", () => {
  const call = aCall();
  call.addName("Ba");
  call.addName("sh");
  call.addArguments("{");
  call.addName("Bash");
  deepEqual(call.shell(), {
    type: "tool_use",
    id: "toolu_1",
    name: "Bash",
    input: {},
    caller: { type: "direct" },
  });
  deepEqual([call.index, call.upstreamId, call.hasArguments], [0, "up", true]);
});
