import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { plain } from "../dialects/plain.ts";
import { Secret } from "../secret.ts";
import { Lanes } from "./lanes.ts";

function lanesOf(...keys: string[]): Lanes {
  return new Lanes({
    name: "u",
    url: "https://u/v1",
    keys: keys.map((key) => new Secret(key)),
    api: "chat",
    dialect: plain,
  });
}

Deno.test("Lanes has one way for each key, and one where there is none", () => {
  const numbers = (lanes: Lanes) =>
    lanes.of("m").lanes.map(({ keyNumber, key }) => [keyNumber, key?.reveal()]);
  deepEqual(numbers(lanesOf("a", "b")), [[1, "a"], [2, "b"]]);
  deepEqual(numbers(lanesOf()), [[1, undefined]]);
});

Deno.test("Lanes share what a key is asked for, and nothing else, between models", () => {
  const lanes = lanesOf("a");
  const [big] = lanes.of("big").lanes;
  const [small] = lanes.of("small").lanes;
  equal(big?.limiter, small?.limiter);
  equal(big?.breaker === small?.breaker, false);
  equal(lanes.of("big").budget === lanes.of("small").budget, false);
});

Deno.test("Lanes remembers a hundred models, those asked for last", () => {
  const lanes = lanesOf("a");
  const first = lanes.of("model-0");
  for (let model = 1; model < 100; model++) lanes.of(`model-${model}`);
  equal(lanes.of("model-0"), first);
  lanes.of("model-100");
  equal([...lanes].length, 100);
  equal(lanes.of("model-0"), first);
  deepEqual([...lanes].map(([model]) => model).includes("model-1"), false);
});

Deno.test("Lanes.ranked() keeps a session to its key", () => {
  const lanes = lanesOf("a", "b", "c");
  const first = (session: string) => lanes.ranked("m", session)[0]?.keyNumber;
  const used = new Set<number | undefined>();
  for (let session = 0; session < 50; session++) {
    const key = first(`${session}`);
    equal(first(`${session}`), key);
    equal(lanes.ranked("other", `${session}`)[0]?.keyNumber, key);
    used.add(key);
  }
  equal(used.size, 3);
});
