import type { ApiError } from "../anthropic/errors.ts";
import { isAboutKey } from "./key_pool.ts";
import { retryDelay, type RetryPolicy } from "./retry.ts";
import type { GateCall, Pass, UpstreamGate } from "./upstream_gate.ts";

/** A failed attempt that is followed by another. */
export interface Retry {
  /** Failed attempts, including this one. */
  attempt: number;
  /** The wait before the next, in milliseconds. */
  delayMs: number;
  error: ApiError;
}

/** An attempt that has failed. */
export interface Failure {
  pass: Pass;
  error: ApiError;
  tookMs: number;
}

/** Options for {@linkcode Retries}. */
export interface RetriesOptions {
  call: GateCall;
  gate: UpstreamGate;
  policy: RetryPolicy;
  random: () => number;
}

/** Decides what follows the failures of one call. */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #calledAt: number;
  #attempts = 0;
  /** Attempts, except those that continued at once with another key. */
  #rounds = 0;
  /** Numbers of the keys that refused the call in this round. */
  readonly #refusing = new Set<number>();
  /** A 403: the key or the prompt is at fault. */
  #suspect: Failure | null = null;

  constructor(options: RetriesOptions) {
    this.#options = options;
    this.#calledAt = options.gate.called(options.call);
  }

  /** Numbers of the keys not to use next. */
  get except(): ReadonlySet<number> {
    return this.#refusing;
  }

  /** The upstream has accepted the call. */
  accepted(): void {
    this.#suspect?.pass.blame(this.#suspect.error);
  }

  /**
   * Another key at once, the same again after a wait, or the end.
   *
   * @throws {ApiError} what the client is told, if it is the end.
   */
  after(failure: Failure): Retry {
    const { call, gate, policy, random } = this.#options;
    const { error, tookMs } = failure;
    const attempt = ++this.#attempts;
    if (this.#mayAskOther(failure)) return { attempt, delayMs: 0, error };
    const told = gate.soonest(call, error);
    const delayMs = call.abort.signal.aborted ? null : retryDelay(told, {
      attempt: ++this.#rounds,
      jitter: random(),
      tookMs,
      policy,
    });
    if (delayMs === null || !gate.takeRetry(call)) {
      const calledAt = this.#calledAt;
      throw gate.giveUp(call, { error: told, calledAt });
    }
    this.#refusing.clear();
    this.#suspect = null;
    return { attempt, delayMs, error };
  }

  #mayAskOther(failure: Failure): boolean {
    const { call, gate } = this.#options;
    const { error, pass } = failure;
    if (!isAboutKey(error)) return false;
    this.#refusing.add(pass.keyNumber);
    // Two keys agree: it is the prompt, and not every key needs to refuse it.
    if (error.status === 403 && this.#suspect) return false;
    if (!gate.hasOther(call, this.#refusing)) return false;
    if (error.status === 403) this.#suspect = failure;
    return true;
  }
}
