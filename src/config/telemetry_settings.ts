/**
 * OpenTelemetry settings, under the names in its specification.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/protocol/exporter/}
 * @module
 */
import { z } from "zod";
import { type Address, addressOf } from "../address_of.ts";
import { isLoopback } from "../loopback.ts";
import { Secret } from "../secret.ts";
import { type Signal, SIGNALS } from "../telemetry/signal.ts";
import { SAMPLERS, type Sampling } from "../trace/sampling.ts";

/** Validated settings, with at least one destination. */
export interface TelemetrySettings {
  /** Where each signal is posted to. */
  endpoints: Readonly<Partial<Record<Signal, string>>>;
  /** Headers to send, by name; usually the collector's keys. */
  headers: Readonly<Record<string, Secret>>;
  serviceName: string;
  sampling: Sampling;
}

const Endpoint = z.url({
  protocol: /^https?$/,
  error: "a URL, e.g. http://127.0.0.1:4318",
}).optional();

/** `name=value` with characters allowed in a header, percent-encoded. */
const PAIR =
  /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*((?:[\x21-\x24\x26-\x2b\x2d-\x7e]|%[\da-f]{2}| )*?)\s*$/i;

const Headers = z.string()
  .transform((list) => list.split(",").filter((pair) => pair.trim() !== ""))
  .refine(
    (pairs) => pairs.every((pair) => PAIR.test(pair)),
    "name=value, percent-encoded, several separated by commas",
  )
  .transform((pairs) => Object.fromEntries(pairs.map(toHeader)))
  .default({});

/** Each message says what is expected. */
export const TELEMETRY_VARIABLES = {
  OTEL_EXPORTER_OTLP_ENDPOINT: Endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: Endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: Headers,
  OTEL_SERVICE_NAME: z.string(),
  OTEL_TRACES_SAMPLER: z.string().toLowerCase()
    .pipe(z.enum(SAMPLERS, `one of ${SAMPLERS.join(", ")}`)),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number("a share, 0–1")
    .min(0, "a share, 0–1").max(1, "a share, 0–1"),
};

type TelemetryValues = z.infer<z.ZodObject<typeof TELEMETRY_VARIABLES>>;

/**
 * `null` if nothing is sent anywhere.
 *
 * @param own Where the proxy itself listens.
 */
export function toTelemetrySettings(
  values: TelemetryValues,
  own: Address,
): TelemetrySettings | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, ...rest } = values;
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = rest;
  const endpoints = Object.fromEntries([
    ...(base && !isOwn(base, own)
      ? SIGNALS.map((signal) => [signal, below(base, `v1/${signal}`)])
      : []),
    // Used unchanged, as the specification says: without a path of ours.
    ...(traces && !isOwn(traces, own) ? [["traces", traces]] : []),
  ]);
  if (Object.keys(endpoints).length === 0) return null;
  return {
    endpoints,
    headers: rest.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: rest.OTEL_SERVICE_NAME,
    sampling: {
      sampler: rest.OTEL_TRACES_SAMPLER,
      ratio: rest.OTEL_TRACES_SAMPLER_ARG,
    },
  };
}

/**
 * What a shell sets for Claude Code may point here; forwarded to ourselves,
 * every post would cause another.
 */
export function pointingHere(values: TelemetryValues, own: Address): string[] {
  return ([
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  ] as const)
    .filter((name) => isOwn(values[name] ?? "", own))
    .map((name) => `${name} is ccproxy itself; nothing is sent there`);
}

function isOwn(url: string, own: Address): boolean {
  const { host, port } = addressOf(url) ?? {};
  if (host === undefined || port !== own.port) return false;
  return isLoopback(host) || host === own.host;
}

function below(base: string, path: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
  return url.href;
}

function toHeader(pair: string): [string, Secret] {
  const [, name = "", value = ""] = PAIR.exec(pair) ?? [];
  return [name.toLowerCase(), new Secret(decodeURIComponent(value))];
}
