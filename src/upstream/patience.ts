import { ApiError } from "../anthropic/errors.ts";
import { toBrokenAnswerError, toConnectionError } from "./connection_error.ts";

/** How long an upstream may take, in milliseconds. */
export interface Timeouts {
  /** From a request to its answer's beginning, each time it is sent. */
  firstByteMs: number;
  /** From one piece of an answer to the next. */
  idleMs: number;
  /** From the first time a request is sent to its answer's end. */
  totalMs: number;
}

/** Options for {@linkcode Patience}. */
export interface PatienceOptions {
  /** The upstream's name, for messages. */
  upstream: string;
  /** Ends what is waited for. */
  abort: AbortController;
  timeouts: Timeouts;
}

/** What each timeout says: what has not been done, and what sets it. */
const WORDS: Record<keyof Timeouts, [string, string]> = {
  firstByteMs: ["did not begin to answer in", "UPSTREAM_FIRST_BYTE_TIMEOUT"],
  idleMs: ["sent nothing for", "UPSTREAM_IDLE_TIMEOUT"],
  totalMs: ["did not finish its answer in", "UPSTREAM_TOTAL_TIMEOUT"],
};

/**
 * Waits for an upstream, and lets it go when it takes too long.
 *
 * One timer serves all reads of an answer: arming one for each read costs as
 * much as the read itself.
 */
export class Patience {
  readonly #options: PatienceOptions;
  /** When the first wait began: what comes before is no fault of the upstream's. */
  #startedAt: number | null = null;
  /** When the wait began that goes on; `null` between waits. */
  #since: number | null = null;
  /** How long that wait may take. */
  #limit: "firstByteMs" | "idleMs" = "firstByteMs";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  get abort(): AbortController {
    return this.#options.abort;
  }

  /**
   * Waits for an answer's beginning.
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

  /** The wait for an answer's next piece begins. */
  begin(): void {
    this.#begin("idleMs");
  }

  /** That wait is over; another may follow. */
  end(): void {
    this.#since = null;
  }

  /** Nothing more is waited for. */
  stop(): void {
    this.#since = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What a wait has thrown, as the client is told. */
  explain(thrown: unknown): ApiError {
    const { upstream, abort: { signal } } = this.#options;
    return toConnectionError(thrown, { upstream, signal });
  }

  /** The same of a wait for more of an answer that has begun. */
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
    if (this.#since === null) return; // armed again by the next wait
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

  /** How long the wait may still take, and what limits it. */
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
