import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { ApiError, type ErrorType } from "../anthropic/errors.ts";
import { isAboutKey, rank, toRefusedRest, toRest, toSeed } from "./key_pool.ts";

const NOW = 1_000;

const keys = fc.uniqueArray(fc.string({ minLength: 1 }), {
  minLength: 1,
  maxLength: 8,
});
const toRanked = (keys: readonly string[]) =>
  keys.map((key) => ({ key, seed: toSeed(key) }));
const order = (keys: readonly string[], session: string) =>
  rank(toRanked(keys), session).map(({ key }) => key);

Deno.test("rank() gives a session the same order of keys, however they are listed", () => {
  fc.assert(fc.property(keys, fc.string(), (keys, session) => {
    deepEqual(order(keys.toReversed(), session), order(keys, session));
    deepEqual(order(keys, session).toSorted(), keys.toSorted());
  }));
});

Deno.test("rank() changes the key of nobody but those whose key has gone", () => {
  fc.assert(
    fc.property(keys, fc.nat(), fc.string(), (keys, index, session) => {
      const gone = keys[index % keys.length];
      const left = keys.filter((key) => key !== gone);
      deepEqual(
        order(left, session),
        order(keys, session).filter((key) => key !== gone),
      );
    }),
  );
});

Deno.test("rank() spreads sessions evenly", () => {
  const names = ["sk-aaaaaaaa1", "sk-aaaaaaaa2", "sk-aaaaaaaa3", "sk-b"];
  const counts = new Map<string, number>();
  for (let session = 0; session < 4_000; session++) {
    const [first = ""] = order(names, `session-${session}`);
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  for (const name of names) {
    const count = counts.get(name) ?? 0;
    ok(count > 850 && count < 1_150, `${name}: ${count}`);
  }
});

interface Row {
  what: string;
  type: ErrorType;
  retryAfterSeconds?: number;
  /** Rest with other keys present, and of the only key, in milliseconds. */
  restMs: number | null;
  aloneMs: number | null;
}

const ROWS: Row[] = [
  {
    what: "for as long as a 429 says",
    type: "rate_limit_error",
    retryAfterSeconds: 7,
    restMs: 7_000,
    aloneMs: 7_000,
  },
  {
    what: "not too long, and the only one a moment",
    type: "rate_limit_error",
    retryAfterSeconds: 86_400,
    restMs: 300_000,
    aloneMs: 10_000,
  },
  {
    what: "after a 429 that says nothing, if there are others",
    type: "rate_limit_error",
    restMs: 5_000,
    aloneMs: 0,
  },
  {
    what: "when it is refused, if there are others",
    type: "authentication_error",
    restMs: 300_000,
    aloneMs: null,
  },
  {
    what: "when its account is empty, if there are others",
    type: "billing_error",
    restMs: 300_000,
    aloneMs: null,
  },
  {
    what: "not for a 403, which may be the prompt's fault",
    type: "permission_error",
    restMs: null,
    aloneMs: null,
  },
  {
    what: "not for a failure of the upstream",
    type: "overloaded_error",
    retryAfterSeconds: 7,
    restMs: null,
    aloneMs: null,
  },
  {
    what: "not for a bad request",
    type: "invalid_request_error",
    restMs: null,
    aloneMs: null,
  },
];

for (const { what, type, retryAfterSeconds, restMs, aloneMs } of ROWS) {
  Deno.test(`toRest() lets a key rest ${what}`, () => {
    const error = new ApiError(type, "m", { retryAfterSeconds });
    const rest = (isAlone: boolean) => toRest(error, { isAlone }, NOW);
    const expected = (ms: number | null) =>
      ms === null ? null : { until: NOW + ms, type };
    deepEqual(rest(false), expected(restMs));
    deepEqual(rest(true), expected(aloneMs));
  });
}

Deno.test("toRefusedRest() lets a key rest that was proven guilty", () => {
  const error = new ApiError("permission_error", "m");
  deepEqual(toRefusedRest(error, NOW), {
    until: NOW + 300_000,
    type: "permission_error",
  });
});

Deno.test("isAboutKey() holds for what another key may get", () => {
  const types: ErrorType[] = [
    "rate_limit_error",
    "authentication_error",
    "billing_error",
    "permission_error",
    "invalid_request_error",
    "not_found_error",
    "api_error",
    "overloaded_error",
  ];
  deepEqual(
    types.filter((type) => isAboutKey(new ApiError(type, "m"))),
    types.slice(0, 4),
  );
  equal(isAboutKey(new ApiError("api_error", "m", { status: 429 })), true);
});
