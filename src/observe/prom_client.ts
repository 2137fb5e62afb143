/**
 * The parts of prom-client that are used. The whole package also loads
 * OpenTelemetry, quantiles and a pushgateway client, which costs each thread 60
 * ms of CPU at startup.
 *
 * @module
 */
import type * as Whole from "prom-client";
import aggregator from "prom-client/lib/cluster.js";
import counter from "prom-client/lib/counter.js";
import gauge from "prom-client/lib/gauge.js";
import histogram from "prom-client/lib/histogram.js";
import registry from "prom-client/lib/registry.js";

export const AggregatorRegistry: typeof Whole.AggregatorRegistry = aggregator;
export const Counter: typeof Whole.Counter = counter;
export const Gauge: typeof Whole.Gauge = gauge;
export const Histogram: typeof Whole.Histogram = histogram;
export const Registry: typeof Whole.Registry = registry;
export type { MetricObjectWithValues, MetricValue } from "prom-client";
