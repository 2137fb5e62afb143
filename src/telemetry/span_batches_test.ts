import { deepStrictEqual as deepEqual } from "node:assert";
import { mock } from "node:test";
import type { Span } from "../trace/span.ts";
import { SpanBatches } from "./span_batches.ts";

function span(name: string): Span {
  return {
    traceId: "a",
    spanId: "b",
    parentSpanId: undefined,
    state: "",
    name,
    kind: "internal",
    startedAt: 0,
    endedAt: 0,
    hasFailed: false,
    attributes: {},
  };
}

Deno.test("SpanBatches sends a batch when it is full, or after a while", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const sent: string[] = [];
    const batches = new SpanBatches({
      send: (batch) => sent.push(batch.map(({ name }) => name).join("")),
      maxSpans: 3,
      gatherMs: 1_000,
    });
    batches.add([span("a"), span("b")]);
    batches.add([span("c"), span("d")]);
    deepEqual(sent, ["abcd"]);
    batches.add([span("e")]);
    mock.timers.tick(999);
    batches.add([span("f")]);
    deepEqual(sent, ["abcd"]);
    mock.timers.tick(1);
    deepEqual(sent, ["abcd", "ef"]);
    batches.add([]);
    mock.timers.tick(1_000);
    batches.flush();
    deepEqual(sent, ["abcd", "ef"]);
  } finally {
    mock.timers.reset();
  }
});
