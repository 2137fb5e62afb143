/**
 * What stands between a call and an attempt: a key of the upstream that may be
 * asked, a breaker that is not open, a place among the requests under way. The
 * rules are in `key_pool.ts`, `breaker.ts` and `limiter.ts`, and come together
 * in `lane.ts`; `lane_health.ts` takes in how attempts ended, and
 * `upstream_gate.ts` keeps all that for one upstream.
 *
 * @module
 */
import type { Upstream } from "../models/select_target.ts";
import type { BreakerState } from "./breaker.ts";
import { restOf } from "./lane.ts";
import { type GateOptions, UpstreamGate } from "./upstream_gate.ts";

/** The gates of all upstreams. */
export interface Gate {
  /** An upstream's gate; upstreams are told apart by their names. */
  of(upstream: Upstream): UpstreamGate;
  /** How things stand, for those who watch. */
  snapshot(): UpstreamState[];
}

/** How things stand at an upstream. */
export interface UpstreamState {
  upstream: string;
  /** Calls that wait for a place. */
  waiting: number;
  keys: KeyState[];
  models: ModelState[];
}

/** How things stand with a key, which is named by its place, from 1. */
export interface KeyState {
  key: number;
  inFlight: number;
  /** How many may be under way; `null`: any number. */
  concurrency: number | null;
}

/** How things stand with a model. */
export interface ModelState {
  model: string;
  /** Retries that can be had at once. */
  retriesLeft: number;
  lanes: LaneState[];
}

/** How things stand with a key for a model. */
export interface LaneState {
  key: number;
  breaker: BreakerState;
  /** How long the key still rests, in milliseconds; 0: it does not. */
  restMs: number;
}

/** Makes a {@linkcode Gate}. Nothing is remembered of upstreams never asked. */
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
