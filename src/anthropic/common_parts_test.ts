import { deepStrictEqual as deepEqual, ok } from "node:assert";
import fc from "fast-check";
import { Message, Tool } from "./blocks.ts";
import { isCommonMessage, isCommonTool } from "./common_parts.ts";

const broken = fc.constantFrom<unknown>(undefined, null, 1, "x", [], {}, true);
const text = fc.oneof({ weight: 5, arbitrary: fc.string() }, broken);

/** As JSON.parse creates them. */
const own = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { noNullPrototype: true });

const block = fc.oneof(
  own({ type: fc.constant("text"), text, cache_control: broken }),
  own({ type: fc.constant("thinking"), thinking: text, signature: text }),
  own({ type: fc.constant("tool_use"), id: text, name: text }),
  own({
    type: fc.constant("tool_result"),
    tool_use_id: text,
    content: fc.oneof(
      text,
      fc.array(own({ type: fc.constantFrom("text", "image"), text })),
    ),
    is_error: broken,
  }),
  own({ type: fc.constantFrom("document", "new"), text }),
  broken,
);
const message = own({
  role: fc.constantFrom("user", "assistant", "system", "tool"),
  content: fc.oneof(text, fc.array(block, { maxLength: 3 })),
});
const tool = fc.record({
  type: fc.constantFrom("custom", "bash_20250124"),
  name: text,
  description: text,
  input_schema: fc.oneof(fc.constant({ type: "object" }), broken),
  defer_loading: broken,
  strict: broken,
  cache_control: broken,
  max_uses: broken,
}, { requiredKeys: [], noNullPrototype: true });

Deno.test("isCommonMessage() accepts only what the schema takes as it is", () => {
  fc.assert(
    fc.property(message, (message) => {
      if (!isCommonMessage(message)) return;
      deepEqual(Message.parse(message), message);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("isCommonTool() accepts only what the schema takes as it is", () => {
  fc.assert(
    fc.property(tool, (tool) => {
      if (isCommonTool(tool)) deepEqual(Tool.parse(tool), tool);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("isCommonMessage() accepts an agent's turns", () => {
  const use = { type: "tool_use", id: "toolu_1", name: "Bash", input: {} };
  const result = { type: "tool_result", tool_use_id: "toolu_1", content: "a" };
  const thinking = { type: "thinking", thinking: "Well.", signature: "s" };
  ok(isCommonMessage({ role: "assistant", content: [thinking, use] }));
  ok(isCommonMessage({ role: "user", content: [result] }));
  ok(isCommonMessage({ role: "user", content: "Hello" }));
});

Deno.test("isCommonTool() accepts a client's tool", () => {
  const cache_control = { type: "ephemeral" };
  const input_schema = { type: "object", properties: {} };
  ok(isCommonTool({ name: "Bash", description: "", input_schema }));
  ok(isCommonTool({ name: "Bash", input_schema, cache_control }));
});
