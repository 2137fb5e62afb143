import { ApiError } from "./anthropic/errors.ts";
import { settlesWithin } from "./settles_within.ts";

/** How long the last bytes may take to reach clients, in milliseconds. */
const FAREWELL_MS = 3_000;

/** What is drained: a server, as `Deno.serve` makes it. */
export interface Drained {
  /** Takes no more connections; settles when those it has are done with. */
  shutdown(): Promise<void>;
}

/** How a shutdown goes. */
export interface DrainLimits {
  /** How long running answers may take, in milliseconds. */
  timeoutMs: number;
  /** What clients are told whose answers take longer. */
  reason?: ApiError;
}

/** The requests that are being answered, so that a shutdown can wait for them. */
export class OpenRequests {
  /** By request id. */
  readonly #open = new Map<string, AbortController>();
  /** Settles when the server has no connections any more; `null`: it serves. */
  #closed: Promise<void> | null = null;
  /** Settles when there are none, once they are waited for. */
  #emptied: PromiseWithResolvers<void> | null = null;

  /** How many there are. */
  get count(): number {
    return this.#open.size;
  }

  /** Whether a shutdown has begun. */
  get isDraining(): boolean {
    return this.#closed !== null;
  }

  /**
   * Counts a request in.
   *
   * @param abort Ends it, when a shutdown can wait no longer.
   */
  enter(requestId: string, abort: AbortController): void {
    this.#open.set(requestId, abort);
  }

  /** Counts a request out, if it was counted in. */
  leave(requestId: string): void {
    this.#open.delete(requestId);
    if (this.count === 0) this.#emptied?.resolve();
  }

  /** Takes nothing new from now on. */
  close(server: Drained): void {
    this.#closed ??= server.shutdown();
  }

  /**
   * Lets requests finish while no new ones come; ends those that take too long
   * with an error that tells clients to ask again. Connections without a request
   * are not waited for: before Deno 2.9 a server waits for theirs in vain.
   *
   * @returns Whether all have finished.
   */
  async drain(
    server: Drained,
    { timeoutMs, reason = shuttingDown() }: DrainLimits,
  ): Promise<boolean> {
    this.close(server);
    this.#emptied = Promise.withResolvers();
    if (this.count === 0) this.#emptied.resolve();
    const isFinished = await settlesWithin(this.#emptied.promise, timeoutMs);
    for (const abort of this.#open.values()) abort.abort(reason);
    if (this.#closed) await settlesWithin(this.#closed, FAREWELL_MS);
    return isFinished;
  }
}

function shuttingDown(): ApiError {
  return new ApiError("overloaded_error", "ccproxy is shutting down");
}
