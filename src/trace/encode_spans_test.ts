import { deepStrictEqual as deepEqual } from "node:assert";
import { encodeSpans } from "./encode_spans.ts";

Deno.test("encodeSpans() writes OTLP's JSON: numbers of kinds, nanoseconds and integers as strings", () => {
  const text = encodeSpans([{
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b174",
    parentSpanId: "eee19b7ec3c1b173",
    state: "a=1",
    name: "chat m",
    kind: "client",
    startedAt: 1_796_000_000_123.4567,
    endedAt: 1_796_000_000_124,
    hasFailed: true,
    attributes: { text: "x", whole: 7, part: 0.5, flag: true, none: undefined },
  }], { serviceName: "mine", version: "1.2.3" });
  deepEqual(JSON.parse(text), {
    resourceSpans: [{
      resource: {
        attributes: [
          { key: "service.name", value: { stringValue: "mine" } },
          { key: "service.version", value: { stringValue: "1.2.3" } },
        ],
      },
      scopeSpans: [{
        scope: { name: "ccproxy", version: "1.2.3" },
        spans: [{
          traceId: "5b8efff798038103d269b633813fc60c",
          spanId: "eee19b7ec3c1b174",
          parentSpanId: "eee19b7ec3c1b173",
          traceState: "a=1",
          name: "chat m",
          kind: 3,
          startTimeUnixNano: "1796000000123457000",
          endTimeUnixNano: "1796000000124000000",
          attributes: [
            { key: "text", value: { stringValue: "x" } },
            { key: "whole", value: { intValue: "7" } },
            { key: "part", value: { doubleValue: 0.5 } },
            { key: "flag", value: { boolValue: true } },
          ],
          status: { code: 2 },
        }],
      }],
    }],
  });
});

Deno.test("encodeSpans() leaves out what there is not", () => {
  const [span] = JSON.parse(encodeSpans([{
    traceId: "a",
    spanId: "b",
    parentSpanId: undefined,
    state: "",
    name: "GET /",
    kind: "server",
    startedAt: 0,
    endedAt: 0,
    hasFailed: false,
    attributes: {},
  }], { serviceName: "s", version: "0" })).resourceSpans[0].scopeSpans[0].spans;
  deepEqual(Object.keys(span), [
    "traceId",
    "spanId",
    "name",
    "kind",
    "startTimeUnixNano",
    "endTimeUnixNano",
    "attributes",
    "status",
  ]);
  deepEqual(span.status, {});
});
