import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { isSampled, SAMPLERS, type Sampling } from "./sampling.ts";
import type { TraceParent } from "./trace_parent.ts";

const hex = (digits: number) =>
  fc.stringMatching(new RegExp(`^[\\da-f]{${digits}}$`));
const LOW = "0".repeat(31) + "1", HIGH = "f".repeat(32);

function parent(isSampled: boolean): TraceParent {
  return { traceId: HIGH, spanId: "1".repeat(16), isSampled, state: "" };
}

const on = (
  sampler: Sampling["sampler"],
  given: TraceParent | null,
  traceId = HIGH,
) => isSampled(traceId, { sampler, ratio: 0.5, parent: given });

Deno.test("isSampled() does as the client's parent says where it is asked to", () => {
  for (const sampler of SAMPLERS.filter((name) => name.startsWith("parent"))) {
    equal(on(sampler, parent(true), LOW), true, sampler);
    equal(on(sampler, parent(false)), false, sampler);
  }
  equal(on("always_on", parent(false)), true);
  equal(on("always_off", parent(true)), false);
  equal(on("traceidratio", parent(true), LOW), false);
});

Deno.test("isSampled() does as the sampler says where there is no parent", () => {
  for (const base of ["", "parentbased_"] as const) {
    equal(on(`${base}always_on`, null, LOW), true);
    equal(on(`${base}always_off`, null), false);
    equal(on(`${base}traceidratio`, null), true);
    equal(on(`${base}traceidratio`, null, LOW), false);
  }
});

Deno.test("isSampled() keeps all of a smaller share in a larger one", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(hex(32), share, share, (traceId, a, b) => {
    const keeps = (ratio: number) =>
      isSampled(traceId, { sampler: "traceidratio", ratio, parent: null });
    ok(!keeps(Math.min(a, b)) || keeps(Math.max(a, b)));
    equal(keeps(1), true);
    equal(keeps(0), false);
  }));
});
