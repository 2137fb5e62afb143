import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { parseTraceParent } from "./trace_parent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

const parse = (traceparent: string, tracestate?: string) =>
  parseTraceParent(
    new Headers({ traceparent, ...(tracestate ? { tracestate } : {}) }),
  );

Deno.test("parseTraceParent() reads ids, flag and state", () => {
  deepEqual(parse(`00-${TRACE}-${SPAN}-01`, "a=1,b=2"), {
    traceId: TRACE,
    spanId: SPAN,
    isSampled: true,
    state: "a=1,b=2",
  });
  equal(parse(`00-${TRACE}-${SPAN}-02`)?.isSampled, false);
  equal(parse(`00-${TRACE}-${SPAN}-03`)?.isSampled, true);
});

Deno.test("parseTraceParent() takes fields that later versions add", () => {
  equal(parse(`cc-${TRACE}-${SPAN}-01-more`)?.traceId, TRACE);
  equal(parse(`cc-${TRACE}-${SPAN}-01`)?.traceId, TRACE);
});

Deno.test("parseTraceParent() takes malformed headers for none", () => {
  const zeros = (count: number) => "0".repeat(count);
  for (
    const header of [
      "",
      "nonsense",
      `ff-${TRACE}-${SPAN}-01`,
      `00-${TRACE}-${SPAN}-01-more`,
      `00-${zeros(32)}-${SPAN}-01`,
      `00-${TRACE}-${zeros(16)}-01`,
      `00-${TRACE.toUpperCase()}-${SPAN}-01`,
      `00-${TRACE}-${SPAN}-1`,
      `cc-${TRACE}-${SPAN}-01more`,
      `00-${TRACE.slice(1)}-${SPAN}-01`,
    ]
  ) {
    equal(parse(header), null, header);
  }
  equal(parseTraceParent(new Headers()), null);
});

Deno.test("parseTraceParent() leaves out a state that is too long", () => {
  const header = `00-${TRACE}-${SPAN}-01`;
  equal(parse(header, "a".repeat(512))?.state.length, 512);
  equal(parse(header, "a".repeat(513))?.state, "");
});
