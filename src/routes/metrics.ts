import { Hono } from "hono";
import { METRICS_TYPE, renderMetrics } from "../observe/metrics.ts";
import type { MetricsSnapshot } from "../observe/metrics.ts";

/** What the route depends on. */
export interface MetricsDeps {
  /** The metrics of all threads. */
  readMetrics: () => Promise<readonly MetricsSnapshot[]>;
}

/** `GET /metrics`, in the Prometheus text format. */
export function metricsRoute({ readMetrics }: MetricsDeps): Hono {
  return new Hono().get(
    "/metrics",
    async (c) =>
      c.body(await renderMetrics(await readMetrics()), 200, {
        "content-type": METRICS_TYPE,
      }),
  );
}
