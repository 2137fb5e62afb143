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
  /** Keeps to its key, and waits its turn among the others. */
  sessionId: string | undefined;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** Ends the call; aborting it is what closes the upstream's connection. */
  abort: AbortController;
}

/** Leave to make one attempt, with the duty to say how it went. */
export interface Pass {
  /** The key to go with; `null`: none is needed. */
  readonly key: Secret | null;
  /** The key's place among the upstream's, from 1. */
  readonly keyNumber: number;
  /** How long it was waited for, in milliseconds. */
  readonly waitedMs: number;
  /** The upstream has accepted the request. */
  begun(): void;
  /** How it went, `null`: well. The first word counts. */
  settle(error: ApiError | null): void;
  /** Gives the place to another: nothing more goes to or comes from the upstream. */
  leave(): void;
  /** No attempt is made after all. */
  abandon(): void;
  /** Another key was given what this one was refused. */
  blame(error: ApiError): void;
}

/** Options for {@linkcode UpstreamGate}. */
export interface GateOptions
  extends Pick<LaneHealthOptions, "now" | "onChange" | "hints"> {
  /** A key's rest that ends sooner is waited for, in milliseconds. */
  maxRestMs: number;
}

/** Calls that wait for an upstream if the user does not say how many may. */
const MAX_WAITING = 200;

/** How long each of them waits, in seconds; the client's patience is 300 s. */
const MAX_WAIT_SECONDS = 60;

/** The gate of one upstream: its keys, breakers, limits, and who waits. */
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

  /** How many calls wait. */
  get waiting(): number {
    return this.#room.length;
  }

  /**
   * A call has come in, before its first attempt.
   *
   * @returns When that was.
   */
  called({ target }: GateCall): number {
    const now = this.#options.now();
    this.#budget(target).called(now);
    return now;
  }

  /** Takes a retry from the budget; `false`: there is none to be had. */
  takeRetry({ target }: GateCall): boolean {
    return this.#budget(target).take(this.#options.now());
  }

  /**
   * A call is given up.
   *
   * @param calledAt When it came in.
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
   * Waits until an attempt may be made, as long as that makes sense.
   *
   * @param except Numbers of the keys that would not do.
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

  /** Whether a failure may be cured by a key that has not been asked yet. */
  hasOther(call: GateCall, except: ReadonlySet<number>): boolean {
    return this.#candidates(call, except).length > 0 &&
      !this.#choose(call, except).error;
  }

  /** A failure of the last key, with when the first of all may be asked again. */
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
