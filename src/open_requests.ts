import { ApiError } from "./anthropic/errors.ts";
import { settlesWithin } from "./settles_within.ts";

/** How long the last bytes may take to reach clients, in milliseconds. */
const FAREWELL_MS = 3_000;

/** The server to drain, as created by `Deno.serve`. */
export interface Drained {
  /** Accepts no more connections; settles when the existing ones are closed. */
  shutdown(): Promise<void>;
}

/** Limits of a shutdown. */
export interface DrainLimits {
  /** How long running answers may take, in milliseconds. */
  timeoutMs: number;
  /** The error for clients whose answers take longer. */
  reason?: ApiError;
}

/** The requests being answered, so that a shutdown can wait for them. */
export class OpenRequests {
  /** By request id. */
  readonly #open = new Map<string, AbortController>();
  /** Settles when the server has no connections any more; `null`: it serves. */
  #closed: Promise<void> | null = null;
  /** Resolves when none is left, if anyone waits for that. */
  #emptied: PromiseWithResolvers<void> | null = null;

  /** The number of open requests. */
  get count(): number {
    return this.#open.size;
  }

  /** Whether a shutdown has begun. */
  get isDraining(): boolean {
    return this.#closed !== null;
  }

  /**
   * Adds a request.
   *
   * @param abort Aborts it when a shutdown can wait no longer.
   */
  enter(requestId: string, abort: AbortController): void {
    this.#open.set(requestId, abort);
  }

  /** Removes a request, if it was added. */
  leave(requestId: string): void {
    this.#open.delete(requestId);
    if (this.count === 0) this.#emptied?.resolve();
  }

  /** Stops accepting new requests. */
  close(server: Drained): void {
    this.#closed ??= server.shutdown();
  }

  /**
   * Lets requests finish while no new ones come; ends those that take too long
   * with an error that tells clients to retry. Does not wait for idle
   * connections: before Deno 2.9 a server would wait for them forever.
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
