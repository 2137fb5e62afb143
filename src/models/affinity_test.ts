import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { Affinity } from "./affinity.ts";
import type { TargetName } from "./model_rows.ts";

const MINUTE_MS = 60_000;

const [a, b, c]: TargetName[] = ["a", "b", "c"]
  .map((model) => ({ upstream: "up", model }));
const targets = [a, b, c].filter((target) => target !== undefined);

/** An affinity, its clock, and the order of a session's targets as letters. */
function anAffinity() {
  const clock = { now: 0 };
  const affinity = new Affinity(() => clock.now);
  const order = (session: string | undefined = "s") =>
    affinity.order({ session, targets }).map(({ model }) => model).join("");
  const settle = (model: string, session: string | undefined = "s") =>
    affinity.settle({ session, targets }, { upstream: "up", model });
  return { affinity, clock, order, settle };
}

Deno.test("Affinity keeps a session at the target that stood in", () => {
  const { order, settle } = anAffinity();
  equal(order(), "abc");
  settle("c");
  equal(order(), "cab");
  equal(order("other"), "abc");
});

Deno.test("Affinity lets a session go five minutes after its last use", () => {
  const { clock, order, settle } = anAffinity();
  settle("b");
  clock.now = 4 * MINUTE_MS;
  equal(order(), "bac");
  settle("b");
  clock.now = 9 * MINUTE_MS - 1;
  equal(order(), "bac");
  clock.now = 9 * MINUTE_MS;
  equal(order(), "abc");
});

Deno.test("Affinity lets a session go when its target fails", () => {
  const { affinity, order, settle } = anAffinity();
  settle("b");
  affinity.leave({ session: "s", targets });
  equal(order(), "abc");
});

Deno.test("Affinity lets a session go that is back at the first target", () => {
  const { order, settle } = anAffinity();
  settle("b");
  settle("a");
  equal(order(), "abc");
});

Deno.test("Affinity knows rows of a session apart", () => {
  const { affinity, order, settle } = anAffinity();
  settle("b");
  const others = targets.toReversed();
  deepEqual(affinity.order({ session: "s", targets: others }), others);
  equal(order(), "bac");
});

Deno.test("Affinity keeps nobody without a session, or where no target is", () => {
  const affinity = new Affinity(() => 0);
  const visit = { session: undefined, targets };
  affinity.settle(visit, { upstream: "up", model: "b" });
  deepEqual(affinity.order(visit), targets);
  deepEqual(affinity.order({ session: "s", targets: [] }), []);
});

Deno.test("Affinity remembers the 10,000 sessions used last", () => {
  const { order, settle } = anAffinity();
  settle("b", "first");
  settle("b", "second");
  for (let i = 0; i < 9_998; i++) settle("b", `s${i}`);
  settle("b", "first");
  settle("b", "last");
  equal(order("first"), "bac");
  equal(order("second"), "abc");
  equal(order("last"), "bac");
});

Deno.test("Affinity only ever changes the order", () => {
  const models = fc.constantFrom("a", "b", "c", "gone");
  fc.assert(fc.property(fc.array(models, { maxLength: 5 }), (visited) => {
    const { order, settle } = anAffinity();
    for (const model of visited) settle(model);
    equal([...order()].toSorted().join(""), "abc");
    const last = visited.at(-1) ?? "a";
    equal(order()[0], last === "gone" ? "a" : last);
  }));
});
