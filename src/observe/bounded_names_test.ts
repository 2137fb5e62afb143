import { strictEqual as equal } from "node:assert";
import { BoundedNames } from "./bounded_names.ts";

Deno.test("BoundedNames.name() gives later names one name together", () => {
  const names = new BoundedNames(2);
  equal(names.name("a"), "a");
  equal(names.name("b"), "b");
  equal(names.name("c"), "other");
  equal(names.name("a"), "a");
});

Deno.test("BoundedNames.name() lets no long name in", () => {
  equal(new BoundedNames(2).name("x".repeat(201)), "other");
});
