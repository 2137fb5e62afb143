import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import fc from "fast-check";
import { targetAt } from "../../tests/builders.ts";
import { ApiError } from "../anthropic/errors.ts";
import { plain } from "../dialects/plain.ts";
import type { Target } from "../models/select_target.ts";
import { TargetChain } from "./target_chain.ts";

const busy = new ApiError("overloaded_error", "busy");
const badKey = new ApiError("authentication_error", "no", {
  shouldRetry: false,
});
const forbidden = new ApiError("permission_error", "no", {
  shouldRetry: false,
});
const badRequest = new ApiError("invalid_request_error", "no");

const targets = ["a", "b", "c", "d"].map((model) => targetAt(plain, model));

/** A chain, and what it reports. */
function aChain(of: readonly Target[] = targets) {
  const summaries: string[] = [];
  let failures = 0;
  const chain = new TargetChain(of, {
    onFailure: () => failures++,
    onFallback: (_step, summary) => void summaries.push(summary),
  });
  return { chain, summaries, failures: () => failures };
}

Deno.test("TargetChain gives the targets in their order, then none", () => {
  const { chain, summaries, failures } = aChain();
  const [a, b, c, d] = targets;
  if (!a || !b || !c || !d) throw new Error("four targets");
  equal(chain.next(busy, a), b);
  equal(chain.next(badKey, b), c);
  equal(chain.next(busy, c), d);
  throws(() => chain.next(busy, d), ApiError);
  deepEqual(summaries, [
    "localhost/a 529",
    "localhost/a 529, localhost/b 401",
    "localhost/a 529, localhost/b 401, localhost/c 529",
  ]);
  equal(failures(), 4);
});

Deno.test("TargetChain tells of a failure the client can repeat, else of the first", () => {
  const rows: [ApiError[], ApiError][] = [
    [[busy, badKey], busy],
    [[badKey, busy], busy],
    [[badKey, busy, badKey], busy],
    [[badKey, forbidden], badKey],
    [[busy, badRequest], busy],
  ];
  for (const [errors, expected] of rows) {
    const { chain } = aChain(targets.slice(0, errors.length));
    const { type, status } = expected;
    throws(() => {
      errors.forEach((error, i) => {
        const target = targets[i];
        if (target) chain.next(error, target);
      });
    }, { type, status, message: /no \(asked: |busy \(asked: / });
  }
});

Deno.test("TargetChain leaves the failure of an only target as it is", () => {
  const { chain } = aChain(targets.slice(0, 1));
  const [a] = targets;
  if (a) equal(chain.next(busy, a), null);
});

const anError = fc.constantFrom(busy, badKey, badRequest);

Deno.test("TargetChain asks nobody twice and nobody after a bad request", () => {
  fc.assert(fc.property(fc.array(anError, { minLength: 5 }), (errors) => {
    const { chain } = aChain();
    const asked: Target[] = [];
    let current = targets[0];
    try {
      for (let i = 0; current; i++) {
        asked.push(current);
        const error = errors[i] ?? busy;
        current = chain.next(error, current) ?? undefined;
        if (error === badRequest) equal(current, undefined);
      }
    } catch (thrown) {
      ok(asked.length > 1 && thrown instanceof ApiError);
    }
    ok(asked.length <= targets.length);
    deepEqual(asked, targets.slice(0, asked.length));
  }));
});
