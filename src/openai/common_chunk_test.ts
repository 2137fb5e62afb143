import { deepStrictEqual as deepEqual, ok } from "node:assert";
import fc from "fast-check";
import { ChatChunk } from "./chat.ts";
import { isCommonChunk } from "./common_chunk.ts";

const NAMES = [
  "content",
  "reasoning_content",
  "reasoning",
  "role",
  "refusal",
  "tool_calls",
  "function_call",
  "annotations",
  "reasoning_details",
  "extra",
];
const value = fc.constantFrom(null, undefined, "", "a", 0, false, [], {}, [""]);
const nothing = fc.constantFrom(null, undefined);
/** Mostly what it should be. */
const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary }, { weight: 1, arbitrary: value });
const call = mostly(fc.record({
  index: mostly(fc.constant(0)),
  id: value,
  function: mostly(
    fc.record({ name: value, arguments: value }, { requiredKeys: [] }),
  ),
}, { requiredKeys: [] }));
const delta = mostly(fc.oneof(
  fc.record({ tool_calls: mostly(fc.array(call, { maxLength: 2 })) }),
  fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 3 }),
  fc.record({ role: value, content: fc.string(), reasoning: fc.string() }, {
    requiredKeys: [],
  }),
));
const choice = mostly(fc.record({
  index: value,
  delta,
  finish_reason: mostly(nothing),
}, { requiredKeys: ["delta"] }));
const chunk = mostly(fc.record({
  id: value,
  choices: mostly(fc.array(choice, { minLength: 1, maxLength: 2 })),
  usage: mostly(nothing),
  error: mostly(nothing),
}, { requiredKeys: ["choices"] }));
/** JSON as received from a stream. */
const json = chunk.map((given): unknown =>
  JSON.parse(JSON.stringify(given) ?? "null")
);

Deno.test("isCommonChunk() takes nothing that ChatChunk would refuse or change", () => {
  let count = 0;
  fc.assert(
    fc.property(json, (json) => {
      if (!isCommonChunk(json)) return;
      count++;
      deepEqual(ChatChunk.parse(json), json);
    }),
    { numRuns: 5_000 },
  );
  ok(count > 200, `${count} common chunks say too little`);
});

Deno.test("isCommonChunk() knows what upstreams send all the time", () => {
  const index = 0;
  const finish_reason = null;
  for (
    const delta of [
      { role: "assistant", content: "", refusal: null },
      { content: "Hello" },
      { content: null, reasoning_content: "Hm" }, // DeepSeek
      { role: "assistant", content: "", reasoning: "Hm" }, // vLLM
      {
        tool_calls: [{
          index,
          id: "call_1",
          type: "function",
          function: { name: "Bash", arguments: "" },
        }],
      },
      { tool_calls: [{ index, function: { arguments: '{"' } }] },
    ]
  ) {
    ok(isCommonChunk({ id: "x", choices: [{ index, delta, finish_reason }] }));
  }
});
