import type { ApiError } from "../anthropic/errors.ts";
import type { Target, Upstream } from "../models/select_target.ts";
import type { Secret } from "../secret.ts";
import { isAboutKey } from "./key_pool.ts";
import { type Choice, chooseLane, type Lane } from "./lane.ts";
import { LaneHealth, type LaneHealthOptions } from "./lane_health.ts";
import { Lanes } from "./lanes.ts";
import { isForClient, toFinalError } from "./retry.ts";
import type { RetryBudget } from "./retry_budget.ts";
import { type Tried, WaitingRoom } from "./waiting_room.ts";

/** A call on its way to an upstream. */
export interface GateCall {
  target: Target;
  /** A session stays with its key, and takes turns with the others. */
  sessionId: string | undefined;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** Ends the call; aborting it closes the upstream connection. */
  abort: AbortController;
}

/** Permission to make one attempt, with the duty to report its result. */
export interface Pass {
  /** The key to use; `null`: none is needed. */
  readonly key: Secret | null;
  /** The key's position in the upstream's list, from 1. */
  readonly keyNumber: number;
  /** How long the call waited for it, in milliseconds. */
  readonly waitedMs: number;
  /** The upstream has accepted the request. */
  begun(): void;
  /** Reports the result, `null`: success. Only the first report counts. */
  settle(error: ApiError | null): void;
  /** Frees the place: nothing more is exchanged with the upstream. */
  leave(): void;
  /** The attempt is not made after all. */
  abandon(): void;
  /** Another key was accepted where this one was refused. */
  blame(error: ApiError): void;
}

/** Options for {@linkcode UpstreamGate}. */
export interface GateOptions
  extends Pick<LaneHealthOptions, "now" | "onChange" | "hints"> {
  /** A key whose rest ends sooner is waited for, in milliseconds. */
  maxRestMs: number;
}

/** How many calls may wait for an upstream if the user sets no limit. */
const MAX_WAITING = 200;

/** How long each of them waits, in seconds; clients wait up to 300 s. */
const MAX_WAIT_SECONDS = 60;

/** The gate of one upstream: its keys, breakers, limits and waiting calls. */
export class UpstreamGate {
  readonly #name: string;
  readonly #options: GateOptions;
  readonly #room: WaitingRoom;
  readonly lanes: Lanes;
  readonly #health: LaneHealth;

  constructor(upstream: Upstream, options: GateOptions) {
    const { name, limits: { queue } = {} } = upstream;
    this.#name = name;
    this.#options = options;
    this.lanes = new Lanes(upstream);
    this.#room = new WaitingRoom({
      upstream: name,
      maxLength: queue?.length ?? MAX_WAITING,
      maxWaitMs: (queue?.seconds ?? MAX_WAIT_SECONDS) * 1000,
    });
    this.#health = new LaneHealth({
      ...options,
      upstream: name,
      onHeeded: () => this.#room.advance(),
    });
  }

  /** How many calls are waiting. */
  get waiting(): number {
    return this.#room.length;
  }

  /**
   * Records a call, before its first attempt.
   *
   * @returns When it arrived.
   */
  called({ target }: GateCall): number {
    const now = this.#options.now();
    this.#budget(target).called(now);
    return now;
  }

  /** Takes a retry from the budget; `false`: none is left. */
  takeRetry({ target }: GateCall): boolean {
    return this.#budget(target).take(this.#options.now());
  }

  /**
   * Gives a call up.
   *
   * @param calledAt When it arrived.
   * @returns What its client is told.
   */
  giveUp(
    { target }: GateCall,
    { error, calledAt }: { error: ApiError; calledAt: number },
  ): ApiError {
    const now = this.#options.now();
    const budget = this.#budget(target);
    const health = {
      isOutage: budget.isOutage(now),
      worksForOthers: budget.wasAccepted(calledAt),
    };
    if (isForClient(error, health)) budget.gaveUp(now);
    return toFinalError(error, health);
  }

  /**
   * Waits until an attempt may be made, as long as waiting makes sense.
   *
   * @param except Numbers of the keys not to use.
   * @throws {ApiError} when no attempt may be made; the signal's reason.
   */
  enter(call: GateCall, except: ReadonlySet<number>): Promise<Pass> {
    const cameAt = this.#options.now();
    return this.#room.enter({
      session: call.sessionId ?? "",
      signal: call.abort.signal,
      tryEnter: (): Tried<Pass> => {
        const { lane, waitMs, error } = this.#choose(call, except);
        if (error) throw error;
        return lane
          ? { entered: this.#admit(call, { lane, cameAt }) }
          : { waitMs };
      },
    });
  }

  /** Whether a key that has not been tried yet might succeed. */
  hasOther(call: GateCall, except: ReadonlySet<number>): boolean {
    return this.#candidates(call, except).length > 0 &&
      !this.#choose(call, except).error;
  }

  /** The last key's failure, with the time until any key may be used again. */
  soonest(call: GateCall, error: ApiError): ApiError {
    const all = this.#candidates(call, new Set());
    if (all.length === 1 || !isAboutKey(error)) return error;
    const { waitMs = Infinity, error: closed } = this.#choose(call, new Set());
    const retryAfterSeconds = closed?.retryAfterSeconds ?? waitMs / 1000;
    return retryAfterSeconds === Infinity
      ? error
      : error.with({ retryAfterSeconds });
  }

  #budget({ model }: Target): RetryBudget {
    return this.lanes.of(model).budget;
  }

  #candidates(
    { target, sessionId = "" }: GateCall,
    except: ReadonlySet<number>,
  ): readonly Lane[] {
    const lanes = this.lanes.ranked(target.model, sessionId);
    return except.size === 0
      ? lanes
      : lanes.filter(({ keyNumber }) => !except.has(keyNumber));
  }

  #choose(call: GateCall, except: ReadonlySet<number>): Choice {
    const { now, maxRestMs } = this.#options;
    return chooseLane(this.#candidates(call, except), {
      upstream: this.#name,
      tokens: call.inputTokens,
      maxRestMs,
    }, now());
  }

  #admit(
    { target: { model }, inputTokens }: GateCall,
    { lane, cameAt }: { lane: Lane; cameAt: number },
  ): Pass {
    const { now } = this.#options;
    const { limiter, breaker, key, keyNumber } = lane;
    const { budget, lanes } = this.lanes.of(model);
    const startedAt = now();
    const permit = breaker.enter(startedAt);
    limiter.enter(inputTokens, startedAt);
    let isSettled = false;
    let isInside = true;
    const leave = () => {
      if (!isInside) return;
      isInside = false;
      limiter.leave();
      this.#room.advance();
    };
    return {
      key,
      keyNumber,
      waitedMs: startedAt - cameAt,
      begun() {
        permit.begun();
        budget.accepted(now());
      },
      settle: (error) => {
        if (isSettled) return;
        isSettled = true;
        if (error?.status === 429) limiter.refused(startedAt, now());
        const isAlone = lanes.length === 1;
        this.#health.ended(lane, { permit, error, isAlone });
      },
      leave,
      abandon() {
        permit.end({ verdict: "neither" }, now());
        leave();
      },
      blame: (error) => this.#health.blame(lane, error),
    };
  }
}
