/**
 * What stands between a call and an attempt: a usable key, a breaker that is
 * not open, and a free place among the requests in flight. The rules are in
 * `key_pool.ts`, `breaker.ts` and `limiter.ts`, and are combined in `lane.ts`;
 * `lane_health.ts` applies the results of attempts, and `upstream_gate.ts`
 * holds all this for one upstream.
 *
 * @module
 */
import type { Upstream } from "../models/select_target.ts";
import type { BreakerState } from "./breaker.ts";
import { restOf } from "./lane.ts";
import { type GateOptions, UpstreamGate } from "./upstream_gate.ts";

/** The gates of all upstreams. */
export interface Gate {
  /** An upstream's gate; upstreams are identified by their names. */
  of(upstream: Upstream): UpstreamGate;
  /** The current state, for monitoring. */
  snapshot(): UpstreamState[];
}

/** The state of an upstream. */
export interface UpstreamState {
  upstream: string;
  /** Calls waiting for a place. */
  waiting: number;
  keys: KeyState[];
  models: ModelState[];
}

/** The state of a key, identified by its position, from 1. */
export interface KeyState {
  key: number;
  inFlight: number;
  /** How many may be in flight; `null`: no limit. */
  concurrency: number | null;
}

/** The state of a model. */
export interface ModelState {
  model: string;
  /** Retries currently available. */
  retriesLeft: number;
  lanes: LaneState[];
}

/** The state of a key for a model. */
export interface LaneState {
  key: number;
  breaker: BreakerState;
  /** How much longer the key rests, in milliseconds; 0: it does not. */
  restMs: number;
}

/** Creates a {@linkcode Gate}. Holds nothing for upstreams never asked. */
export function createGate(options: GateOptions): Gate {
  const gates = new Map<string, UpstreamGate>();
  return {
    of(upstream) {
      const known = gates.get(upstream.name);
      if (known) return known;
      const gate = new UpstreamGate(upstream, options);
      gates.set(upstream.name, gate);
      return gate;
    },
    snapshot() {
      const now = options.now();
      return [...gates].map(([upstream, gate]) => toState(upstream, gate, now));
    },
  };
}

function toState(
  upstream: string,
  { waiting, lanes }: UpstreamGate,
  now: number,
): UpstreamState {
  return {
    upstream,
    waiting,
    keys: lanes.keys.map(({ keyNumber, limiter }) => {
      const concurrency = limiter.concurrency(now);
      return {
        key: keyNumber,
        inFlight: limiter.inFlight,
        concurrency: concurrency === Infinity ? null : concurrency,
      };
    }),
    models: [...lanes].map(([model, { budget, lanes }]) => ({
      model,
      retriesLeft: budget.left(now),
      lanes: lanes.map((lane) => ({
        key: lane.keyNumber,
        breaker: lane.breaker.state(now),
        restMs: restOf(lane, now),
      })),
    })),
  };
}
