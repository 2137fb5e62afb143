import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { seal, unseal } from "./sealed.ts";

const CONTENTS = { id: "rs_1", next: "message", reasoning: "Hm 日本" };

Deno.test("unseal() opens what was sealed by the same organization", () => {
  const sealed = seal(CONTENTS, "a");
  deepEqual(unseal(sealed, "a"), CONTENTS);
  equal(unseal(sealed, "b"), null);
  notEqual(seal(CONTENTS, "b"), sealed);
});

Deno.test("unseal() opens nothing in which a character was changed", () => {
  const sealed = seal(CONTENTS, "a");
  fc.assert(fc.property(
    fc.nat(sealed.length),
    fc.constantFrom("", "A", "a", "0", "=", "é"),
    (at, character) => {
      const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
      fc.pre(changed !== sealed);
      equal(unseal(changed, "a"), null);
    },
  ));
});
