import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { toFlat } from "./flat_schema.ts";

const a = { properties: { a: { type: "string" } }, required: ["a"] };
const b = { properties: { b: { type: "number" } }, required: ["b", "c"] };
const both = { a: { type: "string" }, b: { type: "number" } };

Deno.test("toFlat() requires of alternatives only what all require", () => {
  const c = { properties: {}, required: ["c"] };
  deepEqual(toFlat({ type: "object", anyOf: [a, b] }), {
    type: "object",
    properties: both,
  });
  deepEqual(toFlat({ type: "object", oneOf: [b, c] }), {
    type: "object",
    properties: { b: { type: "number" } },
    required: ["c"],
  });
});

Deno.test("toFlat() requires what every part of allOf does", () => {
  deepEqual(toFlat({ type: "object", required: ["x"], allOf: [a, b] }), {
    type: "object",
    required: ["x", "a", "b", "c"],
    properties: both,
  });
});

Deno.test("toFlat() leaves alone what has no alternatives at its top", () => {
  const schema = { type: "object", properties: { a: { anyOf: [a, b] } } };
  equal(toFlat(schema), schema);
});
