import { deepStrictEqual as deepEqual } from "node:assert";
import { sampleValue } from "./sample.ts";

const ROWS: [name: string, schema: unknown, expected: unknown][] = [
  ["a constant", { const: 7 }, 7],
  ["an enumeration", { enum: ["b", "a"] }, "b"],
  ["a nullable string", { type: ["null", "string"] }, "My topic"],
  ["a string of bounded length", { type: "string", maxLength: 2 }, "My"],
  ["a date", { type: "string", format: "date" }, "2026-01-01"],
  ["an integer in a range", { type: "integer", minimum: 3, maximum: 9 }, 3],
  ["a multiple", { type: "integer", minimum: 5, multipleOf: 4 }, 8],
  ["an integer above", { type: "integer", exclusiveMinimum: 1 }, 2],
  [
    "a number in a narrow range",
    { type: "number", exclusiveMinimum: 0.2, exclusiveMaximum: 0.4 },
    0.30000000000000004,
  ],
  ["a negative number", { type: "number", maximum: -2 }, -2],
  [
    "an array of bounded length",
    { type: "array", items: { type: "null" }, minItems: 2 },
    [null, null],
  ],
  ["an array that stays empty", { items: {}, maxItems: 0 }, []],
  ["a tuple", { type: "array", prefixItems: [{ const: 1 }] }, [1]],
  [
    "an alternative that is not null",
    { anyOf: [{ type: "null" }, { type: "boolean" }] },
    true,
  ],
  [
    "all of several objects",
    {
      properties: { a: { const: 1 } },
      allOf: [{ properties: { b: { const: 2 } } }],
    },
    { b: 2, a: 1 },
  ],
  [
    "required properties only",
    {
      type: "object",
      properties: { a: { const: 1 }, b: { const: 2 } },
      required: ["b"],
    },
    { b: 2 },
  ],
  [
    "a local reference",
    { $ref: "#/$defs/a~1b", $defs: { "a/b": { const: "found" } } },
    "found",
  ],
];

for (const [name, schema, expected] of ROWS) {
  Deno.test(`sampleValue() makes ${name}`, () => {
    deepEqual(sampleValue(schema, "my topic"), expected);
  });
}

Deno.test("sampleValue() ends on a schema that requires itself", () => {
  const schema = { properties: { self: { $ref: "#" } }, required: ["self"] };
  const depth = JSON.stringify(sampleValue(schema, "")).split("self").length;
  deepEqual(depth > 1 && depth < 30, true);
});
