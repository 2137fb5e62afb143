import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { ConfigError, parseConfig } from "./config.ts";
import type { Environment } from "./variables.ts";

function parse(environment: Environment) {
  return parseConfig({
    OPENAI_BASE_URL: "http://127.0.0.1:8000/v1",
    BIG_MODEL_NAME: "big",
    SMALL_MODEL_NAME: "small",
    ...environment,
  });
}

function problemsOf(environment: Environment): string {
  try {
    parse(environment);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

Deno.test("parseConfig() sends no telemetry anywhere unless it is told to", () => {
  equal(parse({}).telemetry, null);
  equal(parse({ OTEL_TRACES_SAMPLER: "always_on" }).telemetry, null);
});

Deno.test("parseConfig() puts OTLP's paths below the endpoint, but not below that for traces", () => {
  const endpoints = (environment: Environment) =>
    parse(environment).telemetry?.endpoints;
  const OTEL_EXPORTER_OTLP_ENDPOINT = "http://collector:4318/otlp/";
  const base = "http://collector:4318/otlp/v1";
  deepEqual(endpoints({ OTEL_EXPORTER_OTLP_ENDPOINT }), {
    traces: `${base}/traces`,
    metrics: `${base}/metrics`,
    logs: `${base}/logs`,
  });
  const OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = "https://traces.example/in?a=1";
  deepEqual(
    endpoints({
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    })?.traces,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  );
  deepEqual(endpoints({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT }), {
    traces: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  });
});

Deno.test("parseConfig() sends no telemetry to itself, and says so", () => {
  const { telemetry, notices } = parse({
    PORT: "11500",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:11500",
  });
  equal(telemetry, null);
  deepEqual(notices, [
    "OTEL_EXPORTER_OTLP_ENDPOINT is ccproxy itself; nothing is sent there",
  ]);
});

Deno.test("parseConfig() reads headers for the collector, and never shows them", () => {
  const { telemetry } = parse({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20s3cret, x-team = a=b,",
  });
  const headers = Object.entries(telemetry?.headers ?? {});
  deepEqual(headers.map(([name, value]) => [name, value.reveal()]), [
    ["authorization", "Bearer s3cret"],
    ["x-team", "a=b"],
  ]);
  equal(JSON.stringify(telemetry).includes("s3cret"), false);
  for (
    const bad of ["s3cret", "=s3cret", "a b=s3cret", "a=%s3cret", "a=s3crét"]
  ) {
    const told = problemsOf({ OTEL_EXPORTER_OTLP_HEADERS: bad });
    match(told, /^OTEL_EXPORTER_OTLP_HEADERS: expected name=value/, bad);
    equal(told.includes("3cr"), false, told);
  }
});

Deno.test("parseConfig() refuses endpoints, samplers and shares that are none", () => {
  match(
    problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317" }),
    /^OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL/,
  );
  match(
    problemsOf({ OTEL_TRACES_SAMPLER: "xray" }),
    /expected one of always_on/,
  );
  match(problemsOf({ OTEL_TRACES_SAMPLER_ARG: "2" }), /expected a share, 0–1/);
});
