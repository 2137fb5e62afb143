import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { aMessageRecord, aRecord } from "../../tests/builders.ts";
import type { AttemptRecord } from "../observe/timeline.ts";
import type { Sampling } from "./sampling.ts";
import type { Span } from "./span.ts";
import { toSpans } from "./to_spans.ts";

const ALL: Sampling = { sampler: "always_on", ratio: 1 };

/** The spans of a record, with ids that count up. */
function spansOf(record: Parameters<typeof toSpans>[0], sampling = ALL) {
  let count = 0;
  return toSpans(record, {
    sampling,
    newTraceId: () => "trace",
    newSpanId: () => `span ${++count}`,
  });
}

function attempt(given: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    upstream: "up",
    url: "https://me:secret@up.example/v1",
    model: "m",
    startMs: 10,
    endMs: 20,
    status: 200,
    error: null,
    ...given,
  };
}

/** The span of an attempt of a message that took 30 ms. */
function spanOf(given: Partial<AttemptRecord>): Span | undefined {
  const timeline = {
    translations: [],
    lookups: [],
    attempts: [attempt(given)],
  };
  const message = aMessageRecord({ timeline });
  return spansOf(aRecord({ startedAt: 1_000, durationMs: 30, message }))[1];
}

Deno.test("toSpans() puts the times of a message where they were", () => {
  const spans = spansOf(aRecord({
    startedAt: 1_000,
    durationMs: 30,
    message: aMessageRecord({
      firstEventMs: 18,
      timeline: {
        translations: [{ startMs: 1, endMs: 2 }],
        lookups: [{ outcome: "miss", startMs: 3, endMs: 4 }],
        attempts: [attempt()],
      },
    }),
  }));
  deepEqual(
    spans.map(({ name, startedAt, endedAt }) => [name, startedAt, endedAt]),
    [
      ["POST /v1/messages", 1_000, 1_030],
      ["translate", 1_001, 1_002],
      ["cache", 1_003, 1_004],
      ["chat m", 1_010, 1_020],
      ["stream", 1_018, 1_030],
    ],
  );
});

Deno.test("toSpans() ends what goes on for others with the request", () => {
  equal(spanOf({ endMs: null })?.endedAt, 1_030);
  equal(spanOf({ endMs: 99 })?.endedAt, 1_030);
});

Deno.test("toSpans() says why an attempt failed, and where it went without credentials", () => {
  const timeout = { type: "timeout_error", status: 504 } as const;
  const gone = { type: "api_error", status: 499 } as const;
  const busy = { type: "overloaded_error", status: 529 } as const;
  const rows: [Partial<AttemptRecord>, unknown, boolean][] = [
    [{}, undefined, false],
    [{ status: 429, error: busy }, "429", true],
    [{ status: null, error: timeout }, "timeout_error", true],
    [{ error: timeout }, "timeout_error", true],
    [{ error: gone }, undefined, false],
  ];
  for (const [given, type, hasFailed] of rows) {
    const span = spanOf(given);
    deepEqual([span?.attributes["error.type"], span?.hasFailed], [
      type,
      hasFailed,
    ]);
  }
  const attributes = spanOf({})?.attributes ?? {};
  equal(attributes["server.address"], "up.example");
  equal(attributes["server.port"], 443);
  equal(JSON.stringify(attributes).includes("secret"), false);
});

Deno.test("toSpans() takes a client's mistake for no failure, and its words for no names", () => {
  const reason = "messages: Tell me a secret";
  const [span] = spansOf(aRecord({
    method: "SECRET",
    route: "none",
    status: 400,
    outcome: "failed",
    error: { type: "invalid_request_error", status: 400, reason },
  }));
  equal(span?.name, "HTTP");
  equal(span?.hasFailed, false);
  equal(span?.attributes["error.type"], "invalid_request_error");
  equal(span?.attributes["http.request.method"], "_OTHER");
  equal(/secret/i.test(JSON.stringify(span)), false);
});

Deno.test("toSpans() leaves out tokens that are estimates", () => {
  const usage = {
    input_tokens: 1,
    cache_creation_input_tokens: 2,
    cache_read_input_tokens: 3,
    output_tokens: 4,
    output_tokens_details: { thinking_tokens: 0 },
    server_tool_use: null,
  };
  const tokens = (isEstimate: boolean) =>
    spansOf(aRecord({
      message: aMessageRecord({ usage: { ...usage, isEstimate } }),
    }))[0]?.attributes["gen_ai.usage.input_tokens"];
  equal(tokens(false), 6);
  equal(tokens(true), undefined);
});

Deno.test("toSpans() goes on with a client's trace, and makes nothing of one that is not kept", () => {
  const traceParent = {
    traceId: "theirs",
    spanId: "client",
    isSampled: true,
    state: "a=1",
  };
  const [span] = spansOf(aRecord({ traceParent }));
  deepEqual(
    [span?.traceId, span?.parentSpanId, span?.state],
    ["theirs", "client", "a=1"],
  );
  deepEqual(
    spansOf(aRecord({ traceParent }), { sampler: "always_off", ratio: 1 }),
    [],
  );
});
