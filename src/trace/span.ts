/** A span's attributes; those that are `undefined` are omitted. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | undefined>
>;

/** One operation in a trace. */
export interface Span {
  traceId: string;
  spanId: string;
  /** `undefined`: the trace begins with it. */
  parentSpanId: string | undefined;
  /** The client's `tracestate`. */
  state: string;
  name: string;
  kind: "internal" | "server" | "client";
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  hasFailed: boolean;
  attributes: Attributes;
}
