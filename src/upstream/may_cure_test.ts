import { strictEqual as equal } from "node:assert";
import { targetAt } from "../../tests/builders.ts";
import { ApiError, clientGone, statusOf } from "../anthropic/errors.ts";
import { plain } from "../dialects/plain.ts";
import type { Target } from "../models/select_target.ts";
import { mayCure } from "./may_cure.ts";

const failed = targetAt(plain, "a");
const elsewhere = targetAt(plain, "a");
const sameUpstream = { ...failed, model: "b" };

/** A target with this window, in tokens. */
function withWindow(contextTokens?: number): Target {
  const limits = contextTokens === undefined ? undefined : { contextTokens };
  return { ...elsewhere, limits };
}

const ROWS: [status: number, elsewhere: boolean, sameUpstream: boolean][] = [
  [400, false, false],
  [401, true, false],
  [402, true, false],
  [403, true, true],
  [404, true, true],
  [408, true, true],
  [409, true, true],
  [413, false, false],
  [422, false, false],
  [429, true, true],
  [500, true, true],
  [501, false, false],
  [502, true, true],
  [503, true, true],
  [504, true, true],
  [529, true, true],
];

for (const [status, atOther, atSame] of ROWS) {
  Deno.test(`mayCure() knows what another target can do about ${status}`, () => {
    const error = new ApiError("api_error", "no", { status });
    equal(mayCure(error, { failed, other: elsewhere }), atOther);
    equal(mayCure(error, { failed, other: sameUpstream }), atSame);
  });
}

Deno.test("mayCure() sees no cure for what is not an upstream's failure", () => {
  const other = elsewhere;
  equal(mayCure(new Error("a bug"), { failed, other }), false);
  equal(mayCure(clientGone(), { failed, other }), false);
  const refusal = new ApiError("not_supported", "no");
  equal(statusOf("not_supported"), 501);
  equal(mayCure(refusal, { failed, other }), false);
});

const WINDOWS: [
  told: number | undefined,
  known: number | undefined,
  other: number | undefined,
  expected: boolean,
][] = [
  [128_000, undefined, 128_001, true],
  [128_000, undefined, 128_000, false],
  [128_000, undefined, undefined, false],
  [128_000, 400_000, 200_000, true], // what the upstream says is more recent
  [undefined, 128_000, 200_000, true],
  [undefined, 200_000, 128_000, false],
  [undefined, undefined, 200_000, false],
];

for (const [told, known, other, expected] of WINDOWS) {
  Deno.test(`mayCure() weighs a window of ${told ?? known} against ${other}`, () => {
    const error = new ApiError("invalid_request_error", "too long", {
      overflow: { contextTokens: told },
    });
    const context = { failed: withWindow(known), other: withWindow(other) };
    equal(mayCure(error, context), expected);
  });
}
