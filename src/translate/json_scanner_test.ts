import { strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { JsonScanner } from "./json_scanner.ts";

Deno.test("JsonScanner calls an object complete at its last character and not before", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    const text = JSON.stringify(value);
    const scanner = new JsonScanner();
    for (const unit of text.slice(0, -1).split("")) {
      equal(scanner.push(unit), unit);
      equal(scanner.complete, false);
    }
    scanner.push(text.slice(-1));
    equal(scanner.complete, true);
  }));
});

Deno.test("JsonScanner ignores brackets and quotes inside strings", () => {
  const scanner = new JsonScanner();
  scanner.push(String.raw`{"a":"}\"]{`);
  equal(scanner.complete, false);
  scanner.push(`"}`);
  equal(scanner.complete, true);
});

Deno.test("JsonScanner cuts off what follows the object", () => {
  const scanner = new JsonScanner();
  equal(scanner.push('{"a":1}```\n'), '{"a":1}');
  equal(scanner.push("more"), "");
});
