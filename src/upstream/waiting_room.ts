import { ApiError } from "../anthropic/errors.ts";
import { FairQueue } from "./fair_queue.ts";

/** Result of trying to enter: entered, or try again after `waitMs`. */
export type Tried<T> =
  | { entered: T; waitMs?: never }
  | { entered?: never; waitMs: number };

/** Someone who wants to enter. */
export interface Visitor<T> {
  /** Sessions take turns. */
  session: string;
  /** Aborts when the visitor stops waiting. */
  signal: AbortSignal;
  /**
   * Enters if possible. An infinite `waitMs` means: when something has changed.
   *
   * @throws {ApiError} when waiting is useless.
   */
  tryEnter: () => Tried<T>;
}

/** Options for {@linkcode WaitingRoom}. */
export interface WaitingRoomOptions {
  /** What is waited for, for messages. */
  upstream: string;
  /** How many may wait. */
  maxLength: number;
  /** How long each may wait, in milliseconds. */
  maxWaitMs: number;
}

/** When those who cannot wait here are told to come back, in seconds. */
const COME_BACK_SECONDS = 5;

/** Where calls wait for a place at an upstream, fairly and not forever. */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  /** Those waiting: each tries to enter, and returns how long until it may. */
  readonly #queue = new FairQueue<() => number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get length(): number {
    return this.#queue.length;
  }

  /**
   * Enters at once or in turn.
   *
   * @throws {ApiError} `rate_limit_error` when too many are waiting, or it took
   * too long; what `tryEnter` throws; the signal's reason.
   */
  async enter<T>(visitor: Visitor<T>): Promise<T> {
    visitor.signal.throwIfAborted();
    if (this.#queue.length > 0) this.advance(); // they were here first
    const { entered, waitMs } = visitor.tryEnter();
    if (waitMs === undefined) return entered;
    const { maxLength, upstream } = this.#options;
    if (this.#queue.length >= maxLength) {
      throw busy(
        `the queue for upstream ${upstream} is full (${maxLength} waiting)`,
      );
    }
    return await this.#wait(visitor);
  }

  /** Something has changed: lets in everyone who may enter now. */
  advance(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#serve();
    if (waitMs === Infinity) return;
    this.#timer = setTimeout(() => this.advance(), Math.ceil(waitMs));
  }

  /** @returns How long until the next may enter, in milliseconds. */
  #serve(): number {
    for (;;) {
      let soonestMs = Infinity;
      for (const tryNow of this.#queue.heads()) {
        const waitMs = tryNow();
        soonestMs = Math.min(soonestMs, waitMs);
        if (waitMs === 0) break; // the order has changed
      }
      if (soonestMs > 0) return soonestMs;
    }
  }

  #wait<T>({ session, signal, tryEnter }: Visitor<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const { maxWaitMs, upstream } = this.#options;
    const goAway = (reason: unknown) => {
      stop();
      this.#queue.remove(session, tryNow);
      this.advance();
      reject(reason);
    };
    const abort = () => goAway(signal.reason);
    const timer = setTimeout(() => {
      const seconds = maxWaitMs / 1000;
      goAway(busy(`waited ${seconds} s for a place at upstream ${upstream}`));
    }, maxWaitMs);
    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    const tryNow = () => {
      try {
        const { entered, waitMs } = tryEnter();
        if (waitMs !== undefined) return waitMs;
        resolve(entered);
      } catch (error) {
        reject(error);
      }
      stop();
      this.#queue.serve(session, tryNow);
      return 0;
    };
    this.#queue.push(session, tryNow);
    signal.addEventListener("abort", abort);
    this.advance();
    return promise;
  }
}

/**
 * A 429, not a 529: Claude Code retries a 429 ten times and waits as long as it
 * is told, but a 529 only twice.
 */
function busy(why: string): ApiError {
  return new ApiError("rate_limit_error", `ccproxy is busy: ${why}`, {
    retryAfterSeconds: COME_BACK_SECONDS,
  });
}
