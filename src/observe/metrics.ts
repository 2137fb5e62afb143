/**
 * Metrics of all requests, for Prometheus. Names follow OpenTelemetry's
 * conventions for HTTP and generative AI, if there are any.
 *
 * @see {@link
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/}
 * @module
 */
import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from "./prom_client.ts";
import { savedNanoUsd, toUsd } from "../cost/cost.ts";
import { inputOf } from "../tokens/learn_tokens.ts";
import { BoundedNames } from "./bounded_names.ts";
import { methodName } from "./method_name.ts";
import type { UpstreamState } from "../upstream/gate.ts";
import type { MessageRecord, Observer } from "./record.ts";
import { addUpstreamGauges } from "./upstream_gauges.ts";

/** One thread's metrics as plain data. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

/** Counts requests, and reports the counts. */
export interface Metrics {
  observe: Observer;
  /** How late the event loop was, in milliseconds. */
  eventLoopDelay(ms: number): void;
  /** Adds the state of the upstreams; to be called once. */
  watchUpstreams(read: () => readonly UpstreamState[]): void;
  read(): Promise<MetricsSnapshot>;
}

/** A model's answers take from tenths of seconds to minutes. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];
/** As the conventions recommend for tokens. */
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576];
const DELAYS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Fractions of the true count. */
const ERRORS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 4];

/** Models that get their own label value; clients may invent names. */
const MAX_MODELS = 100;

/** Creates {@linkcode Metrics}. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const models = new BoundedNames(MAX_MODELS);

  const http = new Histogram({
    name: "http_server_request_duration_seconds",
    help: "Time from a request's arrival to its last byte",
    labelNames: ["http_request_method", "http_route", "outcome"],
    buckets: SECONDS,
    registers,
  });
  const answers = new Counter({
    name: "ccproxy_answers_total",
    help: "Answers by HTTP status",
    labelNames: ["http_route", "http_response_status_code"],
    registers,
  });
  const errors = new Counter({
    name: "ccproxy_errors_total",
    help: "Errors clients were told, of streams after their 200 too",
    labelNames: ["http_route", "error_type"],
    registers,
  });
  const MODEL = ["upstream", "gen_ai_request_model"] as const;
  const duration = new Histogram({
    name: "gen_ai_server_request_duration_seconds",
    help: "Time from a message's request to its last byte",
    labelNames: [...MODEL, "outcome"],
    buckets: SECONDS,
    registers,
  });
  const firstToken = new Histogram({
    name: "gen_ai_server_time_to_first_token_seconds",
    help: "Time from a message's request to its first event",
    labelNames: MODEL,
    buckets: SECONDS,
    registers,
  });
  const tokenUsage = new Histogram({
    name: "gen_ai_client_token_usage",
    help: "Tokens of messages, as their upstreams counted them",
    labelNames: [...MODEL, "gen_ai_token_type"],
    buckets: TOKENS,
    registers,
  });
  const estimateError = new Histogram({
    name: "ccproxy_input_tokens_estimate_error_ratio",
    help: "How far the estimate of a prompt was from its upstream's count",
    labelNames: MODEL,
    buckets: ERRORS,
    registers,
  });
  const attempts = new Counter({
    name: "ccproxy_upstream_attempts_total",
    help: "Attempts at upstreams; more than messages are retries",
    labelNames: MODEL,
    registers,
  });
  const cached = new Counter({
    name: "ccproxy_response_cache_total",
    help: "Messages by what the response cache did for them",
    labelNames: ["outcome"],
    registers,
  });
  const cost = new Counter({
    name: "ccproxy_cost_usd_total",
    help: "What upstreams ask for messages, as far as prices are known",
    labelNames: MODEL,
    registers,
  });
  // Not a counter: it goes down when more was paid.
  const saved = new Gauge({
    name: "ccproxy_saved_usd_total",
    help: "What the clients' models would have cost more, at list prices",
    labelNames: MODEL,
    registers,
  });
  const eventLoop = new Histogram({
    name: "ccproxy_event_loop_delay_seconds",
    help: "How late timers of the event loop were",
    buckets: DELAYS,
    registers,
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Memory the process holds",
    registers,
    // For the process, not a thread: threads must not be added up.
    aggregator: "max",
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "ccproxy_heap_bytes",
    help: "Memory of JavaScript's values",
    registers,
    collect() {
      this.set(Deno.memoryUsage().heapUsed);
    },
  });

  function ofMessage(message: MessageRecord, seconds: number, outcome: string) {
    const { upstream, upstreamModel, usage, firstEventMs } = message;
    const model = {
      upstream,
      gen_ai_request_model: models.name(upstreamModel),
    };
    duration.observe({ ...model, outcome }, seconds);
    attempts.inc(model, message.attempts);
    cached.inc({ outcome: message.cache });
    if (firstEventMs !== null) firstToken.observe(model, firstEventMs / 1000);
    if (message.cost) {
      cost.inc(model, toUsd(message.cost.paidNanoUsd ?? 0));
      saved.inc(model, toUsd(savedNanoUsd(message.cost) ?? 0));
    }
    if (!usage || usage.isEstimate) return;
    const input = inputOf(usage);
    if (message.toldTokens !== null && input > 0) {
      const error = Math.abs(message.toldTokens - input) / input;
      estimateError.observe(model, error);
    }
    const byType = {
      input: usage.input_tokens,
      input_cache_read: usage.cache_read_input_tokens,
      input_cache_write: usage.cache_creation_input_tokens,
      output: usage.output_tokens,
    };
    for (const [gen_ai_token_type, tokens] of Object.entries(byType)) {
      if (tokens > 0) {
        tokenUsage.observe({ ...model, gen_ai_token_type }, tokens);
      }
    }
  }

  return {
    observe({ method, route, status, outcome, error, durationMs, message }) {
      const seconds = durationMs / 1000;
      http.observe({
        http_request_method: methodName(method),
        http_route: route,
        outcome,
      }, seconds);
      answers.inc({ http_route: route, http_response_status_code: status });
      if (error) errors.inc({ http_route: route, error_type: error.type });
      if (message) ofMessage(message, seconds, outcome);
    },
    eventLoopDelay: (ms) => eventLoop.observe(ms / 1000),
    watchUpstreams: (read) => addUpstreamGauges({ registers, models, read }),
    read: () => registry.getMetricsAsJSON(),
  };
}

/** The part of {@linkcode Metrics} that each thread has for itself. */
export type UpstreamMetrics = Pick<Metrics, "watchUpstreams" | "read">;

/** Creates {@linkcode UpstreamMetrics}. */
export function createUpstreamMetrics(): UpstreamMetrics {
  const registry = new Registry();
  const models = new BoundedNames(MAX_MODELS);
  return {
    watchUpstreams: (read) =>
      addUpstreamGauges({ registers: [registry], models, read }),
    read: () => registry.getMetricsAsJSON(),
  };
}

/** Content type of {@linkcode renderMetrics}. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** All threads' metrics as one page in the Prometheus text format. */
export function renderMetrics(
  snapshots: readonly MetricsSnapshot[],
): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
