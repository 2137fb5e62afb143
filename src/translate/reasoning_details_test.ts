import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { joinDetails, relink, textOf } from "./reasoning_details.ts";

const said = (text: string, index?: number) => ({
  type: "reasoning.text",
  text,
  ...(index === undefined ? {} : { index }),
});
const cipher = (data: string, index?: number, id?: string) => ({
  type: "reasoning.encrypted",
  data,
  ...(index === undefined ? {} : { index }),
  ...(id === undefined ? {} : { id }),
});

Deno.test("joinDetails() joins fragments of one index", () => {
  deepEqual(
    joinDetails([said("a", 0), said("b", 0), cipher("x", 1), cipher("y", 1)]),
    [said("ab", 0), cipher("xy", 1)],
  );
});

Deno.test("joinDetails() keeps the last signature", () => {
  const signature = (signature: string | null) => ({
    type: "reasoning.text",
    signature,
    index: 0,
  });
  deepEqual(
    joinDetails([
      said("a", 0),
      signature("1"),
      signature("2"),
      signature(null),
    ]),
    [{ ...said("a", 0), signature: "2" }],
  );
});

Deno.test("joinDetails() keeps apart what differs in type, id or index", () => {
  const whole = [
    said("a", 0),
    cipher("x", 0),
    cipher("y", 1, "call_1"),
    cipher("z", 1, "call_2"),
  ];
  deepEqual(joinDetails(whole), whole);
});

Deno.test("joinDetails() joins text without an index, never ciphers", () => {
  deepEqual(
    joinDetails([said("a"), said("b"), cipher("x"), cipher("y"), said("c")]),
    [said("ab"), cipher("x"), cipher("y"), said("c")],
  );
});

Deno.test("joinDetails() joins nothing twice and takes whatever there is", () => {
  const detail = fc.oneof(
    fc.record({
      type: fc.constantFrom("reasoning.text", "reasoning.encrypted"),
      text: fc.string(),
      index: fc.option(fc.nat(2)),
    }),
    fc.jsonValue(),
  );
  fc.assert(fc.property(fc.array(detail), (details) => {
    const joined = joinDetails(details);
    const letters = (details: unknown[]) => [...textOf(details)].toSorted();
    deepEqual(letters(joined), letters(details));
  }));
});

Deno.test("joinDetails() takes time that grows with what it is given", () => {
  const many = Array.from({ length: 100_000 }, (_, index) => said("a", index));
  equal(joinDetails(many).length, many.length);
});

Deno.test("textOf() reads text and summaries", () => {
  const summary = { type: "reasoning.summary", summary: "b" };
  equal(textOf([said("a"), summary, cipher("x"), null, 1]), "ab");
});

Deno.test("relink() names calls by their ids of now", () => {
  const details = [cipher("x", 0, "a"), cipher("y", 1, "b"), said("c")];
  deepEqual(relink(details, { a: "toolu_1" }), [
    cipher("x", 0, "toolu_1"),
    cipher("y", 1, "b"),
    said("c"),
  ]);
  deepEqual(relink([cipher("x", 0, "toString")]), [cipher("x", 0, "toString")]);
});
