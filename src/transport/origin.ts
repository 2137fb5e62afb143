import { SharedClient } from "./shared_client.ts";
import { Slots } from "./slots.ts";

/** Limits on the connections to one server. */
export interface PoolLimits {
  /** Connections in use at once. */
  maxConnections: number;
  /** Unused connections that are kept. */
  maxIdleConnections: number;
  /** How long they are kept, in milliseconds. */
  idleMs: number;
}

/** Options for {@linkcode Origin}. */
export interface OriginOptions
  extends Pick<PoolLimits, "maxConnections" | "idleMs"> {
  isSecure: boolean;
  /** Creates an HTTP client with its own connections. */
  createClient: () => Deno.HttpClient;
  /** Maximum requests on one HTTP/2 connection. */
  maxStreams: number;
  /** Requests that may each open a connection while none is known to be up. */
  maxColdRequests: number;
}

/**
 * One server. Beyond the streams it allows on an HTTP/2 connection requests
 * would wait unnoticed, and an HTTP client never opens a second connection: so
 * requests are spread over several clients. The first ones are filled first, so
 * that the others become idle and are closed.
 */
export class Origin {
  /** When it last began to answer a request. */
  answeredAt = -Infinity;
  readonly #options: OriginOptions;
  readonly #clients: SharedClient[] = [];
  /** Without TLS there is no HTTP/2: each request in flight is a connection. */
  readonly #slots: Slots | null;

  constructor(options: OriginOptions) {
    this.#options = options;
    const { isSecure, maxConnections } = options;
    this.#slots = isSecure ? null : new Slots(maxConnections);
  }

  /**
   * Admits a request; rejects with the signal's reason if it aborts first.
   *
   * @returns Where to send it. `leave` must be called once it is over.
   */
  async enter(signal: AbortSignal): Promise<SharedClient> {
    await this.#slots?.take(signal);
    try {
      const shared = this.#select();
      await shared.enter();
      return shared;
    } catch (error) {
      this.#slots?.free();
      throw error;
    }
  }

  /** An answer has begun. */
  answered(shared: SharedClient): void {
    this.answeredAt = performance.now();
    shared.answered();
  }

  /** A request is over: its answer was read to the end, given up or missing. */
  leave(shared: SharedClient): void {
    shared.leave();
    this.#slots?.free();
  }

  close(): void {
    for (const { client } of this.#clients.splice(0)) client.close();
  }

  #select(): SharedClient {
    const { isSecure, maxStreams, maxColdRequests, createClient, idleMs } =
      this.#options;
    for (let i = this.#clients.length - 1; i > 0; i--) {
      if (this.#clients[i]?.isIdle) {
        this.#clients.splice(i, 1)[0]?.client.close();
      }
    }
    const free = this.#clients.find(({ inFlight }) =>
      !isSecure || inFlight < maxStreams
    );
    if (free) return free;
    const shared = new SharedClient({
      client: createClient(),
      idleMs,
      maxColdRequests: isSecure ? maxColdRequests : Infinity,
    });
    this.#clients.push(shared);
    return shared;
  }
}
