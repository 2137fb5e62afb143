/**
 * Spans as OTLP/JSON, which every collector accepts on its HTTP port.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding}
 * @module
 */
import type { Attributes, Span } from "./span.ts";

/** The source of the spans. */
export interface Resource {
  serviceName: string;
  version: string;
}

/** OTLP's numbers for the kinds and the status. */
const KINDS = { internal: 1, server: 2, client: 3 }, STATUS_ERROR = 2;

/** An ExportTraceServiceRequest. */
export function encodeSpans(
  spans: readonly Span[],
  { serviceName, version }: Resource,
): string {
  return JSON.stringify({
    resourceSpans: [{
      resource: {
        attributes: encodeAttributes({
          "service.name": serviceName,
          "service.version": version,
        }),
      },
      scopeSpans: [{
        scope: { name: "ccproxy", version },
        spans: spans.map(encodeSpan),
      }],
    }],
  });
}

function encodeSpan(
  { traceId, spanId, parentSpanId, state, name, kind, ...span }: Span,
): unknown {
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState: state || undefined,
    name,
    kind: KINDS[kind],
    startTimeUnixNano: toNanoseconds(span.startedAt),
    endTimeUnixNano: toNanoseconds(span.endedAt),
    attributes: encodeAttributes(span.attributes),
    status: span.hasFailed ? { code: STATUS_ERROR } : {},
  };
}

/** Nanoseconds since 1970 exceed a number's precision; microseconds do not. */
function toNanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}

function encodeAttributes(attributes: Attributes): unknown[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: encodeValue(value) }));
}

/** 64-bit integers are strings in Protobuf's JSON. */
function encodeValue(value: Attributes[string]): unknown {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value)
    ? { intValue: String(value) }
    : { doubleValue: value };
}
