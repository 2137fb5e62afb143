import { ApiError } from "../anthropic/errors.ts";
import { toConnectionError } from "./connection_error.ts";

/** Options for {@linkcode Patience}. */
export interface PatienceOptions {
  /** The upstream's name, for messages. */
  upstream: string;
  /** Ends what is waited for. */
  abort: AbortController;
  /** How long the upstream may send nothing, in milliseconds. */
  idleTimeoutMs: number;
}

/**
 * Waits for an upstream, and lets it go when it is silent for too long.
 *
 * One timer serves all reads of an answer: arming one for each read costs as
 * much as the read itself.
 */
export class Patience {
  readonly #options: PatienceOptions;
  /** When the wait began that goes on; `null` between waits. */
  #since: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  get abort(): AbortController {
    return this.#options.abort;
  }

  /**
   * Does something that waits once.
   *
   * @throws {ApiError} `timeout_error` after the idle timeout, else what is
   * thrown, translated.
   */
  async guard<T>(action: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await action();
    } catch (thrown) {
      throw this.explain(thrown);
    } finally {
      this.stop();
    }
  }

  /** A wait begins. */
  begin(): void {
    this.#since = performance.now();
    this.#timer ??= setTimeout(this.#check, this.#options.idleTimeoutMs);
  }

  /** The wait is over; another may follow. */
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

  readonly #check = (): void => {
    this.#timer = undefined;
    if (this.#since === null) return; // armed again by the next wait
    const { upstream, abort, idleTimeoutMs } = this.#options;
    const leftMs = idleTimeoutMs - (performance.now() - this.#since);
    if (leftMs > 0) {
      this.#timer = setTimeout(this.#check, leftMs);
      return;
    }
    const seconds = idleTimeoutMs / 1000;
    const text = `Upstream ${upstream} sent nothing for ${seconds} s`;
    abort.abort(new ApiError("timeout_error", text));
  };
}
