/**
 * A request as spans: the request and, below it, each translation, each
 * response-cache lookup, each attempt and the stream.
 *
 * Names follow OpenTelemetry's conventions for HTTP and generative AI. They
 * contain no prompts, answers, keys, paths or error texts, which may quote any
 * of these.
 *
 * @see {@link https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/}
 * @see {@link https://opentelemetry.io/docs/specs/semconv/http/http-spans/}
 * @module
 */
import { addressOf } from "../address_of.ts";
import { toUsd } from "../cost/cost.ts";
import { methodName } from "../observe/method_name.ts";
import type { MessageRecord, RequestRecord } from "../observe/record.ts";
import type { AttemptRecord } from "../observe/timeline.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";
import { isSampled, type Sampling } from "./sampling.ts";
import type { Attributes, Span } from "./span.ts";

/** What {@linkcode toSpans} needs besides the record. */
export interface ToSpansOptions {
  sampling: Sampling;
  /** 32 random hexadecimal digits. */
  newTraceId: () => string;
  /** 16 random hexadecimal digits. */
  newSpanId: () => string;
}

/** A span with its times in milliseconds since the request arrived. */
interface Part extends Pick<Span, "name" | "attributes"> {
  kind?: Span["kind"];
  startMs: number;
  endMs: number;
  hasFailed?: boolean;
}

/** The spans of a finished request; none if its trace is not kept. */
export function toSpans(
  record: RequestRecord,
  { sampling, newTraceId, newSpanId }: ToSpansOptions,
): Span[] {
  const { traceParent: parent, startedAt, message } = record;
  const traceId = parent?.traceId ?? newTraceId();
  if (!isSampled(traceId, { ...sampling, parent })) return [];
  const spanId = newSpanId();
  const toSpan = (
    { kind = "internal", startMs, endMs, hasFailed = false, ...part }: Part,
    ids: Pick<Span, "spanId" | "parentSpanId">,
  ): Span => ({
    ...part,
    ...ids,
    traceId,
    state: parent?.state ?? "",
    kind,
    startedAt: startedAt + startMs,
    endedAt: startedAt + endMs,
    hasFailed,
  });
  const children = message ? partsOf(message, record.durationMs) : [];
  return [
    toSpan(requestPart(record), { spanId, parentSpanId: parent?.spanId }),
    ...children.map((part) =>
      toSpan(part, { spanId: newSpanId(), parentSpanId: spanId })
    ),
  ];
}

function requestPart(
  { requestId, route, status, outcome, error, durationMs, message, ...record }:
    RequestRecord,
): Part {
  const method = methodName(record.method);
  const hasRoute = route !== "none";
  return {
    name: [method === "_OTHER" ? "HTTP" : method, ...(hasRoute ? [route] : [])]
      .join(" "),
    kind: "server",
    startMs: 0,
    endMs: durationMs,
    // A client's mistake is not a failure of the server.
    hasFailed: (error?.status ?? status) >= 500,
    attributes: {
      "http.request.method": method,
      "http.route": hasRoute ? route : undefined,
      "http.response.status_code": status,
      "error.type": error?.type,
      "ccproxy.request_id": requestId,
      "ccproxy.outcome": outcome,
      ...(message ? messageAttributes(message) : {}),
    },
  };
}

function messageAttributes(
  { session, model, upstream, upstreamModel, ...message }: MessageRecord,
): Attributes {
  const { usage, cost, attempts, cache, firstEventMs } = message;
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.conversation.id": session,
    "gen_ai.request.model": model,
    "gen_ai.response.model": firstEventMs === null ? undefined : upstreamModel,
    ...(usage && !usage.isEstimate ? usageAttributes(usage) : {}),
    "ccproxy.upstream": upstream,
    "ccproxy.attempts": attempts,
    "ccproxy.cache": cache,
    "ccproxy.cost_usd": typeof cost?.paidNanoUsd === "number"
      ? toUsd(cost.paidNanoUsd)
      : undefined,
  };
}

/** By the conventions, input includes tokens read from the prompt cache. */
function usageAttributes(usage: CountedUsage): Attributes {
  const read = usage.cache_read_input_tokens;
  const written = usage.cache_creation_input_tokens;
  return {
    "gen_ai.usage.input_tokens": usage.input_tokens + read + written,
    "gen_ai.usage.cache_read.input_tokens": read,
    "gen_ai.usage.cache_creation.input_tokens": written,
    "gen_ai.usage.output_tokens": usage.output_tokens,
  };
}

function partsOf(
  { isStream, firstEventMs, timeline }: MessageRecord,
  durationMs: number,
): Part[] {
  const { translations, lookups, attempts } = timeline;
  const stream = isStream && firstEventMs !== null
    ? [{
      name: "stream",
      startMs: firstEventMs,
      endMs: durationMs,
      attributes: {},
    }]
    : [];
  return [
    ...translations.map((period) => ({
      name: "translate",
      ...period,
      attributes: {},
    })),
    ...lookups.map(({ outcome, ...period }) => ({
      name: "cache",
      ...period,
      attributes: { "ccproxy.cache": outcome },
    })),
    ...attempts.map((attempt, i) => attemptPart(attempt, { i, durationMs })),
    ...stream,
  ];
}

/** The status for a client that has left; not the upstream's fault. */
const CLIENT_GONE = 499;

function attemptPart(
  { upstream, url, model, startMs, endMs, status, error }: AttemptRecord,
  { i, durationMs }: { i: number; durationMs: number },
): Part {
  const isRefused = status !== null && status >= 400;
  const address = addressOf(url); // the rest of a URL may contain credentials
  const failure = error?.status === CLIENT_GONE ? undefined : error?.type;
  return {
    name: `chat ${model}`,
    kind: "client",
    startMs,
    // What continues for another client has ended for this request.
    endMs: Math.min(endMs ?? durationMs, durationMs),
    hasFailed: isRefused || failure !== undefined,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": upstream,
      "gen_ai.request.model": model,
      "http.request.method": "POST",
      "http.request.resend_count": i > 0 ? i : undefined,
      "http.response.status_code": status ?? undefined,
      "error.type": isRefused ? String(status) : failure,
      "server.address": address?.host,
      "server.port": address?.port,
    },
  };
}
