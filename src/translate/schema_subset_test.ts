import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { toSubset } from "./schema_subset.ts";

type Schema = Record<string, unknown>;

const ROWS: Record<string, [Schema, Schema]> = {
  "leaves out keywords that are not shared (R32)": [
    {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $comment: "c",
      type: "object",
      properties: {
        a: { type: "string", default: "x", examples: ["y"], minLength: 1 },
        b: { type: "integer", exclusiveMinimum: 0, maximum: 2 ** 53 - 1 },
      },
      propertyNames: { pattern: "^a" },
      patternProperties: { "^x": {} },
      additionalProperties: false,
    },
    {
      type: "object",
      properties: {
        a: { type: "string", minLength: 1 },
        b: { type: "integer" },
      },
    },
  ],
  "requires only what there is": [
    { type: "object", properties: { a: {} }, required: ["a", "b", "a"] },
    { type: "object", properties: { a: {} }, required: ["a"] },
  ],
  "writes references out": [
    {
      type: "object",
      properties: { a: { $ref: "#/$defs/A", description: "d" } },
      $defs: { A: { type: "string", enum: ["x"] } },
    },
    {
      type: "object",
      properties: { a: { type: "string", enum: ["x"], description: "d" } },
    },
  ],
  "folds allOf": [
    {
      allOf: [
        { type: "object", properties: { a: { type: "string" } } },
        { properties: { b: { type: "number" } }, required: ["b"] },
      ],
    },
    {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "number" } },
      required: ["b"],
    },
  ],
  "takes null out of types and alternatives": [
    {
      type: "object",
      properties: {
        a: { type: ["string", "null"] },
        b: { anyOf: [{ type: "number" }, { type: "null" }] },
      },
    },
    {
      type: "object",
      properties: {
        a: { type: "string", nullable: true },
        b: { nullable: true, anyOf: [{ type: "number" }] },
      },
    },
  ],
  "says what an array holds": [
    { type: "array" },
    { type: "array", items: { type: "string" } },
  ],
  "keeps formats that are known and enums of texts": [
    {
      type: "object",
      properties: {
        a: { type: "string", format: "uri" },
        b: { type: "string", format: "date-time" },
        c: { type: "integer", enum: [1, 2] },
        d: { const: "x" },
        e: { type: "string", enum: ["", "x"] },
      },
    },
    {
      type: "object",
      properties: {
        a: { type: "string" },
        b: { type: "string", format: "date-time" },
        c: { type: "integer" },
        d: { enum: ["x"] },
        e: { type: "string" },
      },
    },
  ],
};

for (const [what, [given, expected]] of Object.entries(ROWS)) {
  Deno.test(`toSubset() ${what}`, () => {
    const before = structuredClone(given);
    deepEqual(toSubset(given), expected);
    deepEqual(given, before, "the schema given is not changed");
    deepEqual(toSubset(toSubset(given)), expected);
  });
}

Deno.test("toSubset() ends where a schema refers to itself", () => {
  const node = {
    type: "object",
    properties: { next: { $ref: "#/$defs/Node" }, value: { type: "string" } },
  };
  const subset = toSubset({ $ref: "#/$defs/Node", $defs: { Node: node } });
  ok(JSON.stringify(subset).length < 10_000);
  const circle = { $ref: "#/$defs/A", $defs: { A: { $ref: "#/$defs/A" } } };
  deepEqual(toSubset(circle), {});
});

Deno.test("toSubset() does not grow with references upon references", () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      const properties = { a: next, b: next, c: next };
      return [`d${index}`, { type: "object", properties }];
    }),
  );
  const subset = toSubset({ $ref: "#/$defs/d0", $defs });
  ok(JSON.stringify(subset).length < 2_000_000);
});

Deno.test("toSubset() keeps a large schema that refers to nothing", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, index) => [`p${index}`, {
      type: "string",
    }]),
  );
  deepEqual(toSubset({ type: "object", properties }).properties, properties);
});

Deno.test("toSubset() takes every schema, once and twice alike", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (schema) => {
      const once = toSubset({ type: "object", properties: schema });
      equal(JSON.stringify(toSubset(once)), JSON.stringify(once));
    }),
  );
});
