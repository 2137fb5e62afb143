import { strictEqual as equal } from "node:assert";
import { isClosed } from "./json_schema.ts";

const closed = {
  type: "object",
  properties: { a: { type: "string" } },
  required: ["a"],
  additionalProperties: false,
};
const holding = (inner: unknown) => ({
  ...closed,
  properties: { a: inner },
});

const ROWS: [string, unknown, boolean][] = [
  ["a closed object", closed, true],
  ["an empty closed object", {
    type: "object",
    properties: {},
    additionalProperties: false,
  }, true],
  ["an object without a word on others", {
    ...closed,
    additionalProperties: undefined,
  }, false],
  [
    "an object open to a schema",
    { ...closed, additionalProperties: {} },
    false,
  ],
  ["an object with an optional property", { ...closed, required: [] }, false],
  ["an object without required", { ...closed, required: undefined }, false],
  ["an object without type", {
    properties: { a: { type: "string" } },
  }, false],
  ["a closed object in a property", holding(closed), true],
  ["an open object in a property", holding({ type: "object" }), false],
  [
    "an open object in a list",
    holding({ type: "array", items: { type: "object" } }),
    false,
  ],
  [
    "an open object among others",
    holding({ anyOf: [closed, { type: "object" }] }),
    false,
  ],
  ["an open object in $defs", {
    ...closed,
    $defs: { d: { type: "object" } },
  }, false],
  [
    "an object or null that is open",
    holding({ type: ["object", "null"] }),
    false,
  ],
  [
    "an object or null that is closed",
    holding({ ...closed, type: ["object", "null"] }),
    true,
  ],
];

for (const [what, schema, expected] of ROWS) {
  Deno.test(`isClosed() is ${expected} for ${what} (R35, R56)`, () => {
    equal(isClosed(schema), expected);
  });
}
