import { strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { bodyToJson } from "./body_to_json.ts";

const value = fc.oneof(fc.jsonValue(), fc.constant(undefined));
const field = fc.oneof(value, fc.array(value));

Deno.test("bodyToJson() writes what JSON.stringify() would", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), field),
      (body) => equal(bodyToJson(body), JSON.stringify(body)),
    ),
    { numRuns: 1_000 },
  );
});
