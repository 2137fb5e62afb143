import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { targetAt } from "../../tests/builders.ts";
import { openStore } from "../../tests/store_site.ts";
import { plain } from "../dialects/plain.ts";
import { calibrationKey } from "../store/keys.ts";
import { Calibrations } from "./calibrations.ts";

const target = targetAt(plain, "m");
const other = targetAt(plain, "other");
const nowhere = { put: () => {}, list: () => Promise.resolve([]) };

function corrected(
  calibrations: Calibrations,
  measure: "estimate" | "count" = "count",
): number {
  return calibrations.correct(target, { tokens: 1_000, measure });
}

Deno.test("Calibrations.correct() changes nothing before something was learned", () => {
  const calibrations = new Calibrations(nowhere);
  calibrations.learn(other, "count", { measured: 1_000, actual: 2_000 });
  calibrations.learn(target, "estimate", { measured: 1_000, actual: 2_000 });
  equal(corrected(calibrations), 1_000);
  equal(corrected(calibrations, "estimate"), 2_000);
});

Deno.test("Calibrations.learn() is within 2 % after 10 answers that are 6 % apart", () => {
  const calibrations = new Calibrations(nowhere);
  for (let i = 0; i < 10; i++) {
    const measured = 2_000 * (i + 1);
    const actual = measured * (1.3 + (i % 2 ? 0.03 : -0.03));
    calibrations.learn(target, "count", { measured, actual });
  }
  const off = Math.abs(corrected(calibrations) / 1_300 - 1);
  ok(off < 0.02, `${off}`);
  equal(calibrations.answers(target, "count"), 10);
});

Deno.test("Calibrations.learn() follows a model that counts otherwise from now on", () => {
  const calibrations = new Calibrations(nowhere);
  for (let i = 0; i < 50; i++) {
    calibrations.learn(target, "count", { measured: 90_000, actual: 180_000 });
  }
  for (let i = 0; i < 25; i++) {
    calibrations.learn(target, "count", { measured: 10_000, actual: 10_000 });
  }
  ok(corrected(calibrations) < 1_020, `${corrected(calibrations)}`);
});

const IGNORED = {
  "a short prompt": { measured: 20, actual: 60 },
  "an upstream that counts no cached tokens": { measured: 9_000, actual: 300 },
  "an upstream that counts a page for a word": { measured: 300, actual: 9_000 },
  "an upstream that counts nothing": { measured: 9_000, actual: 0 },
};

for (const [name, comparison] of Object.entries(IGNORED)) {
  Deno.test(`Calibrations.learn() learns nothing from ${name}`, () => {
    const calibrations = new Calibrations(nowhere);
    calibrations.learn(target, "count", comparison);
    equal(corrected(calibrations), 1_000);
  });
}

Deno.test("Calibrations are there after a restart, what others wrote is not", async () => {
  await using site = openStore({ open: () => Deno.openKv(":memory:") });
  const { store } = site;
  const before = new Calibrations(store);
  before.learn(target, "count", { measured: 1_000, actual: 1_500 });
  before.learn(target, "estimate", { measured: 1_000, actual: 1_200 });
  const foreign = { count: { measured: 0, actual: -1, answers: 2 } };
  const key = calibrationKey(other.upstream.url, other.model);
  store.put(key, foreign, { ttlMs: 1_000 });
  const after = new Calibrations(store);
  await after.load();
  equal(corrected(after), 1_500);
  equal(corrected(after, "estimate"), 1_200);
  deepEqual(after.correct(other, { tokens: 7, measure: "count" }), 7);
});

Deno.test("Calibrations forget the model learned of longest ago where clients name many", () => {
  const calibrations = new Calibrations(nowhere);
  const comparison = { measured: 1_000, actual: 1_500 };
  calibrations.learn(target, "count", comparison);
  for (let i = 0; i < 500; i++) {
    calibrations.learn({ ...other, model: `m${i}` }, "count", comparison);
  }
  equal(corrected(calibrations), 1_000);
});
