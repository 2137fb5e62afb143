/** The span of a client that a request belongs to. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** Whether the client keeps its part of the trace. */
  isSampled: boolean;
  /** Data of the tracing systems for each other; unchanged. */
  state: string;
}

const TRACEPARENT =
  /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Longest `tracestate` that must be passed on, in characters. */
const MAX_STATE = 512;

/**
 * Parses `traceparent` and `tracestate`; a malformed header is ignored. Later
 * versions may add fields at the end; version 00 has none there.
 *
 * @see {@link https://www.w3.org/TR/trace-context/#traceparent-header}
 */
export function parseTraceParent(
  headers: Pick<Headers, "get">,
): TraceParent | null {
  const match = TRACEPARENT.exec(headers.get("traceparent") ?? "");
  if (!match) return null;
  const [, version, traceId = "", spanId = "", flags = "", more] = match;
  if (version === "00" && more !== undefined) return null;
  const state = headers.get("tracestate") ?? "";
  return {
    traceId,
    spanId,
    isSampled: (parseInt(flags, 16) & 1) === 1,
    state: state.length <= MAX_STATE ? state : "",
  };
}
