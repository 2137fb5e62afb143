import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { serveCollector } from "../collector.ts";
import { setStage } from "./stage.ts";

for (const type of ["protobuf", "json"] as const) {
  Deno.test(`Claude Code's telemetry goes through to a collector as ${type}`, async () => {
    await using collector = serveCollector();
    await using stage = await setStage({
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_TRACES_SAMPLER: "always_off",
      },
    });
    const env = {
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: `http/${type}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: stage.url,
    };
    const settings = JSON.stringify({ env });
    equal((await stage.ask("hello", "--settings", settings)).code, 0);
    const posts = collector.posts.map(({ path, headers, body }) => [
      path,
      headers.get("content-type"),
      body.length > 1_000,
    ]);
    const contentType = `application/${type === "json" ? type : "x-protobuf"}`;
    deepEqual(
      posts.toSorted(),
      ["/v1/logs", "/v1/metrics", "/v1/traces"]
        .map((path) => [path, contentType, true]),
    );
  });
}
