import { ApiError } from "../anthropic/errors.ts";
import { toBrokenAnswerError, toConnectionError } from "./connection_error.ts";

/** Time limits for an upstream, in milliseconds. */
export interface Timeouts {
  /** From sending a request to the beginning of its answer, per attempt. */
  firstByteMs: number;
  /** From one piece of an answer to the next. */
  idleMs: number;
  /** From the first attempt to the end of the answer. */
  totalMs: number;
}

/** Options for {@linkcode Patience}. */
export interface PatienceOptions {
  /** The upstream's name, for messages. */
  upstream: string;
  /** Aborts what is waited for. */
  abort: AbortController;
  timeouts: Timeouts;
}

/** Each timeout's message: what did not happen, and which setting limits it. */
const WORDS: Record<keyof Timeouts, [string, string]> = {
  firstByteMs: ["did not begin to answer in", "UPSTREAM_FIRST_BYTE_TIMEOUT"],
  idleMs: ["sent nothing for", "UPSTREAM_IDLE_TIMEOUT"],
  totalMs: ["did not finish its answer in", "UPSTREAM_TOTAL_TIMEOUT"],
};

/**
 * Enforces the timeouts while waiting for an upstream.
 *
 * One timer serves all reads of an answer: setting one for each read costs as
 * much as the read itself.
 */
export class Patience {
  readonly #options: PatienceOptions;
  /** When the first wait began: earlier time is not the upstream's fault. */
  #startedAt: number | null = null;
  /** When the current wait began; `null` between waits. */
  #since: number | null = null;
  /** The limit of that wait. */
  #limit: "firstByteMs" | "idleMs" = "firstByteMs";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  get abort(): AbortController {
    return this.#options.abort;
  }

  /**
   * Waits for the beginning of an answer.
   *
   * @throws {ApiError} `timeout_error` when it takes too long, else what is
   * thrown, translated.
   */
  async awaitFirstByte<T>(action: () => Promise<T>): Promise<T> {
    this.#begin("firstByteMs");
    try {
      return await action();
    } catch (thrown) {
      throw this.explain(thrown);
    } finally {
      this.stop();
    }
  }

  /** Begins the wait for an answer's next piece. */
  begin(): void {
    this.#begin("idleMs");
  }

  /** Ends that wait; another may follow. */
  end(): void {
    this.#since = null;
  }

  /** Ends all waiting. */
  stop(): void {
    this.#since = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Translates what a wait threw to what the client is told. */
  explain(thrown: unknown): ApiError {
    const { upstream, abort: { signal } } = this.#options;
    return toConnectionError(thrown, { upstream, signal });
  }

  /** The same for a wait for the rest of an answer that has begun. */
  explainBreak(thrown: unknown): ApiError {
    const { upstream, abort: { signal } } = this.#options;
    return toBrokenAnswerError(thrown, { upstream, signal });
  }

  #begin(limit: "firstByteMs" | "idleMs"): void {
    this.#since = performance.now();
    this.#startedAt ??= this.#since;
    this.#limit = limit;
    this.#timer ??= setTimeout(this.#check, this.#left(this.#since).ms);
  }

  readonly #check = (): void => {
    this.#timer = undefined;
    if (this.#since === null) return; // the next wait sets it again
    const { ms, limit } = this.#left(this.#since);
    if (ms > 0) {
      this.#timer = setTimeout(this.#check, ms);
      return;
    }
    const { upstream, abort, timeouts } = this.#options;
    const [what, variable] = WORDS[limit];
    const seconds = timeouts[limit] / 1000;
    const text = `Upstream ${upstream} ${what} ${seconds} s (${variable})`;
    abort.abort(new ApiError("timeout_error", text));
  };

  /** How long the wait may still take, and which limit ends it. */
  #left(since: number): { ms: number; limit: keyof Timeouts } {
    const { timeouts } = this.#options;
    const now = performance.now();
    const wait = timeouts[this.#limit] - (now - since);
    const total = timeouts.totalMs - (now - (this.#startedAt ?? now));
    return total < wait
      ? { ms: total, limit: "totalMs" }
      : { ms: wait, limit: this.#limit };
  }
}
