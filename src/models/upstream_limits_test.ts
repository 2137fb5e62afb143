import { deepStrictEqual as deepEqual } from "node:assert";
import { UpstreamLimits } from "./upstream_limits.ts";

Deno.test("UpstreamLimits takes any of its numbers, or none", () => {
  for (
    const limits of [
      {},
      { concurrency: 4 },
      { requestsPerMinute: 60, tokensPerMinute: 200_000 },
      { concurrency: 1, queue: {} },
      { queue: { length: 0, seconds: 0.5 } },
    ]
  ) {
    deepEqual(UpstreamLimits.parse(limits), limits);
  }
});

const BAD: [limits: unknown, path: string, expected: string][] = [
  [{ concurrency: 0 }, "concurrency", "a whole number above 0"],
  [{ concurrency: "4" }, "concurrency", "a whole number above 0"],
  [{ requestsPerMinute: 1.5 }, "requestsPerMinute", "a whole number above 0"],
  [{ queue: { length: -1 } }, "queue.length", "a number not below 0"],
  [{ queue: { seconds: 0 } }, "queue.seconds", "a number of seconds above 0"],
  [{ queue: 5 }, "queue", "an object of length, seconds"],
  [
    { rpm: 5 },
    "",
    "only concurrency, requestsPerMinute, tokensPerMinute, queue",
  ],
];

for (const [limits, path, expected] of BAD) {
  Deno.test(`UpstreamLimits expects ${expected} for ${JSON.stringify(limits)}`, () => {
    const { error } = UpstreamLimits.safeParse(limits);
    const told = error?.issues.map(({ path, message }) => [
      path.join("."),
      message,
    ]);
    deepEqual(told, [[path, expected]]);
  });
}
