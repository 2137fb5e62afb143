import type { ApiError } from "../anthropic/errors.ts";
import { type Permit, toEnded } from "./breaker.ts";
import type { BreakerHints } from "./breaker_hints.ts";
import { type Rest, toRefusedRest, toRest } from "./key_pool.ts";
import { type Lane, type LaneChange, restOf } from "./lane.ts";

/** Options for {@linkcode LaneHealth}. */
export interface LaneHealthOptions {
  /** The upstream's name. */
  upstream: string;
  /** Monotonic clock, in milliseconds. */
  now: () => number;
  /** Called when an upstream or key goes out of use, and when it is back. */
  onChange: (change: LaneChange) => void;
  /** What other instances and threads say about their breakers. */
  hints: BreakerHints;
  /** Called when a breaker opens because of others: waiting is now in vain. */
  onHeeded: () => void;
}

/** How an attempt ended. */
export interface EndedAttempt {
  permit: Permit;
  /** `null`: it succeeded. */
  error: ApiError | null;
  /** The upstream has no other key. */
  isAlone: boolean;
}

/**
 * Applies the results of attempts at one upstream: its lanes' breakers open and
 * close, its keys rest, and listeners are told.
 */
export class LaneHealth {
  readonly #options: LaneHealthOptions;
  /** Lanes about which the others are being asked. */
  readonly #asking = new Set<Lane>();

  constructor(options: LaneHealthOptions) {
    this.#options = options;
  }

  /** An attempt has ended. */
  ended(lane: Lane, { permit, error, isAlone }: EndedAttempt): void {
    const now = this.#options.now();
    const { breaker } = lane;
    const ended = toEnded(error);
    const before = breaker.state(now);
    permit.end(ended, now);
    const state = breaker.state(now);
    if (state !== before) this.#share(lane, now);
    else if (state === "closed" && ended.verdict === "failure") {
      this.#heedOthers(lane);
    }
    if (error) this.#rest(lane, toRest(error, { isAlone }, now));
  }

  /** Another key was accepted where this one was refused: the key's fault. */
  blame(lane: Lane, error: ApiError): void {
    this.#rest(lane, toRefusedRest(error, this.#options.now()));
  }

  /** Tells the other instances that a breaker has opened or closed. */
  #share(lane: Lane, now: number): void {
    const { hints } = this.#options;
    const state = lane.breaker.state(now);
    const forMs = lane.breaker.waitMs(now);
    if (state === "open") hints.opened(lane, forMs);
    else hints.closed(lane);
    this.#tell(lane, { state, forMs });
  }

  /** Others may know more about a failure. No request waits for their reply. */
  async #heedOthers(lane: Lane): Promise<void> {
    const { hints, now, onHeeded } = this.#options;
    if (this.#asking.has(lane)) return;
    this.#asking.add(lane);
    const forMs = await hints.openMs(lane);
    this.#asking.delete(lane);
    if (!lane.breaker.heed(forMs, now())) return;
    this.#tell(lane, { state: "open", forMs });
    onHeeded();
  }

  /** Lets a key rest, unless it already rests for longer. */
  #rest(lane: Lane, rest: Rest | null): void {
    const now = this.#options.now();
    const restMs = restOf(lane, now);
    if (!rest || rest.until - now <= restMs) return;
    lane.rest = rest;
    const forMs = rest.until - now;
    if (restMs === 0) this.#tell(lane, { state: "resting", forMs });
  }

  #tell(
    { keyNumber: key, model }: Lane,
    { state, forMs }: Pick<LaneChange, "state" | "forMs">,
  ): void {
    const { upstream, onChange } = this.#options;
    onChange({ upstream, model, key, state, forMs });
  }
}
