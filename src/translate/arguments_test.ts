import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { isObject, parseArguments } from "./arguments.ts";

const wrapped = (raw: string) => ({
  __unparsedToolInput: { raw, len: raw.length },
});

const ROWS: [string, string, Record<string, unknown>][] = [
  ["takes nothing for no arguments (N11)", "", {}],
  ["takes blanks for no arguments (N11)", " \n", {}],
  ["takes null for no arguments (N11)", "null", {}],
  ["reads an object (N11)", "{}", {}],
  ["reads an object", '{"a":{"b":[1,"é🙂"]}}', { a: { b: [1, "é🙂"] } }],
  ["reads a truncated object (N13)", '{"a":1', { a: 1 }],
  ["reads an object truncated in a string", '{"a":"b', { a: "b" }],
  ["reads single quotes (N14)", "{'a': 1}", { a: 1 }],
  ["reads what is in a code fence", '```json\n{"a":1}\n```', { a: 1 }],
  ["reads JSON inside a JSON string", '"{\\"a\\":1}"', { a: 1 }],
  ["reads null inside a JSON string", '"null"', {}],
  ["wraps a list", "[1]", wrapped("[1]")],
  ["wraps a number", "5", wrapped("5")],
  ["wraps words", '"just words"', wrapped('"just words"')],
];

for (const [promise, text, expected] of ROWS) {
  Deno.test(`parseArguments() ${promise}`, () => {
    deepEqual(parseArguments(text), expected);
  });
}

Deno.test("parseArguments() reads every object as JSON does", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (input) => {
    const text = JSON.stringify(input);
    deepEqual(parseArguments(text), JSON.parse(text));
  }));
});

Deno.test("parseArguments() makes an object of every text", () => {
  fc.assert(fc.property(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.json()),
    (text) => equal(isObject(parseArguments(text)), true),
  ));
});
