import {
  match,
  notStrictEqual as notEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { sha256, toCallId, toFunctionName } from "./ids.ts";

Deno.test("toCallId() keeps ids that upstreams take", () => {
  for (
    const id of ["toolu_01A09q90qw90lq917835lq9z", "call_0", "a".repeat(40)]
  ) {
    equal(toCallId(id), id);
  }
});

Deno.test("toCallId() replaces ids that upstreams refuse", () => {
  for (
    const id of ["", "functions.Bash:0", "a".repeat(41), "é", "a b", "a\n"]
  ) {
    match(toCallId(id), /^call_[0-9a-f]{24}$/);
  }
});

Deno.test("toFunctionName() keeps names of up to 64 letters, digits, _ and -", () => {
  for (const name of ["Bash", "mcp__a-b__c", "x".repeat(64)]) {
    equal(toFunctionName(name), name);
  }
});

Deno.test("toFunctionName() keeps the start of other names and ends on a hash (R33)", () => {
  equal(toFunctionName("a.b").startsWith("a_b_"), true);
  const long = "x".repeat(90);
  match(toFunctionName(long), /^x{55}_[0-9a-f]{8}$/);
});

Deno.test("toFunctionName() keeps names apart that differ at their end alone (R34)", () => {
  const start = "x".repeat(89);
  notEqual(toFunctionName(`${start}1`), toFunctionName(`${start}2`));
  notEqual(toFunctionName("a.b"), toFunctionName("a_b"));
});

Deno.test("toCallId() and toFunctionName() give what upstreams take, and always the same", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    match(toCallId(text), /^[\w-]{1,40}$/);
    match(toFunctionName(text), /^[\w-]{1,64}$/);
    equal(toCallId(toCallId(text)), toCallId(text));
    equal(toFunctionName(toFunctionName(text)), toFunctionName(text));
  }));
});

Deno.test("sha256() is the hash of the text's UTF-8", () => {
  const expected =
    "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c";
  equal(sha256("é"), expected);
});
