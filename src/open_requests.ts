import { ApiError } from "./anthropic/errors.ts";
import { settlesWithin } from "./settles_within.ts";

/** How long the last words of a shutdown may take to reach clients, in ms. */
const FAREWELL_MS = 1_000;

/** What is drained: a server, as `Deno.serve` makes it. */
export interface Drained {
  /** Takes no more connections; settles when those it has are done with. */
  shutdown(): Promise<void>;
}

/** The requests that are being answered, so that a shutdown can wait for them. */
export class OpenRequests {
  readonly #open = new Set<AbortController>();
  #isDraining = false;

  /** How many there are. */
  get count(): number {
    return this.#open.size;
  }

  /** Whether a shutdown has begun. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Counts a request in.
   *
   * @param abort Ends it, when a shutdown can wait no longer.
   * @returns Counts it out.
   */
  enter(abort: AbortController): () => void {
    this.#open.add(abort);
    return () => this.#open.delete(abort);
  }

  /**
   * Lets requests finish while no new ones come; ends those that take too long
   * with an error that tells clients to ask again.
   *
   * @returns Whether all have finished.
   */
  async drain(
    server: Drained,
    { timeoutMs }: { timeoutMs: number },
  ): Promise<boolean> {
    this.#isDraining = true;
    const closed = server.shutdown();
    if (await settlesWithin(closed, timeoutMs)) return true;
    const isIdle = this.count === 0; // somebody has not sent a whole request
    for (const abort of this.#open) abort.abort(shuttingDown());
    await settlesWithin(closed, FAREWELL_MS);
    return isIdle;
  }
}

function shuttingDown(): ApiError {
  return new ApiError("overloaded_error", "ccproxy is shutting down");
}
