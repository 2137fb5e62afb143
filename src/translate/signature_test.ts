import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { decodeSignature, encodeSignature } from "./signature.ts";

Deno.test("decodeSignature() reads back what encodeSignature() wrote", () => {
  fc.assert(fc.property(
    fc.record({
      dialect: fc.string(),
      model: fc.string(),
      text: fc.string({ unit: "grapheme" }),
      details: fc.array(fc.jsonValue()),
    }),
    (carried) => {
      const signature = encodeSignature(carried);
      match(signature, /^ccproxy\.1\.[\w-]+$/);
      deepEqual(
        decodeSignature(signature),
        JSON.parse(JSON.stringify(carried)),
      );
    },
  ));
});

Deno.test("decodeSignature() takes foreign and damaged signatures for nobody's", () => {
  const ours = encodeSignature({ dialect: "deepseek", model: "m", text: "t" });
  for (
    const signature of ["", "EqQBCgIYAhIM", ours.slice(0, -4), "ccproxy.1.@"]
  ) {
    equal(decodeSignature(signature), null);
  }
});
