import type { Registry } from "prom-client";
import { Gauge } from "./prom_client.ts";
import type { BreakerState } from "../upstream/breaker.ts";
import type { UpstreamState } from "../upstream/gate.ts";
import type { BoundedNames } from "./bounded_names.ts";

/** What {@linkcode addUpstreamGauges} depends on. */
export interface UpstreamGaugesOptions {
  registers: Registry[];
  /** Models that get their own label value. */
  models: BoundedNames;
  /** The state as this thread sees it. */
  read: () => readonly UpstreamState[];
}

/** Worse is higher, so that the worst of several is the maximum. */
const BREAKER_VALUES: Record<BreakerState, number> = {
  closed: 0,
  "half-open": 1,
  open: 2,
};

/**
 * Adds the state of the upstreams, read when the page is requested. Each thread
 * has its own gates: their counts are added up, and of their breakers the worst
 * is shown.
 */
export function addUpstreamGauges(
  { registers, models, read }: UpstreamGaugesOptions,
): void {
  const KEY = ["upstream", "key"] as const;

  new Gauge({
    name: "ccproxy_upstream_breaker_state",
    help: "Circuit breakers: 0 closed, 1 half-open, 2 open",
    labelNames: ["upstream", "gen_ai_request_model", "key"],
    registers,
    aggregator: "max",
    collect() {
      this.reset();
      const lanes = read().flatMap((state) => lanesOf(state, models));
      // Models without their own label share one: the worst is set last.
      lanes.sort((a, b) => a.value - b.value);
      for (const { labels, value } of lanes) this.set(labels, value);
    },
  });
  new Gauge({
    name: "ccproxy_upstream_waiting",
    help: "Calls that wait for a place at an upstream",
    labelNames: ["upstream"],
    registers,
    aggregator: "sum",
    collect() {
      for (const { upstream, waiting } of read()) {
        this.set({ upstream }, waiting);
      }
    },
  });
  new Gauge({
    name: "ccproxy_upstream_in_flight",
    help: "Requests under way with a key, which is named by its place",
    labelNames: KEY,
    registers,
    aggregator: "sum",
    collect() {
      for (const { upstream, keys } of read()) {
        for (const { key, inFlight } of keys) {
          this.set({ upstream, key }, inFlight);
        }
      }
    },
  });
  new Gauge({
    name: "ccproxy_upstream_concurrency_limit",
    help: "Requests that may be under way with a key; absent: any number",
    labelNames: KEY,
    registers,
    aggregator: "sum",
    collect() {
      this.reset();
      for (const { upstream, keys } of read()) {
        for (const { key, concurrency } of keys) {
          if (concurrency !== null) this.set({ upstream, key }, concurrency);
        }
      }
    },
  });
}

function lanesOf(
  { upstream, models }: UpstreamState,
  names: BoundedNames,
): { labels: Record<string, string | number>; value: number }[] {
  return models.flatMap(({ model, lanes }) =>
    lanes.map(({ key, breaker }) => ({
      labels: { upstream, gen_ai_request_model: names.name(model), key },
      value: BREAKER_VALUES[breaker],
    }))
  );
}
