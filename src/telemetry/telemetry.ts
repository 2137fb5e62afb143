/**
 * Sends spans, and the telemetry clients post, to a collector. Loaded only if
 * there is one.
 *
 * Why not Deno's own OpenTelemetry: in a compiled program it can only be
 * enabled at compile time, and its span of a request ends with the headers,
 * when most of an answer is still to come.
 *
 * Why not @opentelemetry/sdk-trace-base and an exporter: 16 packages, three of
 * them in several versions, and 100 ms at startup; they read variables when the
 * program no longer has the permission, and post by node:http, bypassing its
 * HTTPS_PROXY. All that is needed of them is a record's spans as JSON, which is
 * pure code here.
 *
 * Why upstreams are not sent a `traceparent`: they are other people's servers,
 * and an id shared by all requests of one piece of work tells them, and anyone
 * who compares their logs, more than they need to know.
 *
 * @module
 */
import type { TelemetrySettings } from "../config/telemetry_settings.ts";
import type { Observer } from "../observe/record.ts";
import { isRoutine } from "../observe/routine.ts";
import { encodeSpans } from "../trace/encode_spans.ts";
import type { Span } from "../trace/span.ts";
import { toSpans } from "../trace/to_spans.ts";
import { parseTraceParent, type TraceParent } from "../trace/trace_parent.ts";
import { VERSION } from "../version.ts";
import {
  CollectorQueue,
  type CollectorQueueOptions,
} from "./collector_queue.ts";
import { type Forwarders, SIGNALS } from "./signal.ts";
import { SpanBatches } from "./span_batches.ts";

/** What {@linkcode startTelemetry} depends on. */
export interface TelemetryOptions extends CollectorQueueOptions {
  /** Makes this many random hexadecimal digits. */
  randomHex: (digits: number) => string;
  /** How long spans are collected, in milliseconds. */
  gatherMs?: number;
}

/** Telemetry sent to a collector. */
export interface Telemetry {
  /** Makes spans of a finished request; `null`: traces are off. */
  observe: Observer | null;
  /** Reads which trace a request belongs to. */
  readTraceParent: ((headers: Headers) => TraceParent | null) | null;
  forwarders: Forwarders;
  /** Sends what is pending; settles when that is done. */
  close(): Promise<void>;
}

/** Starts sending. */
export function startTelemetry(
  { endpoints, headers, serviceName, sampling }: TelemetrySettings,
  { randomHex, gatherMs, ...options }: TelemetryOptions,
): Telemetry {
  const queue = new CollectorQueue(options);
  const own = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.reveal()]),
  );
  const resource = { serviceName, version: VERSION };
  const encoder = new TextEncoder();
  const forwarders: Forwarders = {};
  for (const signal of SIGNALS) {
    const url = endpoints[signal];
    if (url === undefined) continue;
    // No client headers, as they include keys.
    forwarders[signal] = ({ contentType, contentEncoding, body }) =>
      queue.add({
        url,
        headers: {
          "user-agent": "ccproxy",
          "content-type": contentType,
          ...(contentEncoding ? { "content-encoding": contentEncoding } : {}),
          ...own,
        },
        body,
      });
  }
  const { traces } = forwarders;
  if (!traces) {
    const close = () => queue.close();
    return { observe: null, readTraceParent: null, forwarders, close };
  }
  const batches = new SpanBatches({
    send: (batch: Span[]) =>
      traces({
        contentType: "application/json",
        contentEncoding: undefined,
        body: encoder.encode(encodeSpans(batch, resource)),
      }),
    ...(gatherMs === undefined ? {} : { gatherMs }),
  });
  const ids = {
    newTraceId: () => randomHex(32),
    newSpanId: () => randomHex(16),
  };
  return {
    // Collects spans instead of records: records contain whole prompts.
    observe(record) {
      if (isRoutine(record.route)) return;
      batches.add(toSpans(record, { sampling, ...ids }));
    },
    readTraceParent: parseTraceParent,
    forwarders,
    close() {
      batches.flush();
      return queue.close();
    },
  };
}
