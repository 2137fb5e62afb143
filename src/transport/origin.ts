import { Lane } from "./lane.ts";
import { Slots } from "./slots.ts";

/** Bounds of what is kept open to one server. */
export interface PoolLimits {
  /** Connections that are used at once. */
  maxConnections: number;
  /** Connections that are kept while nobody uses them. */
  maxIdleConnections: number;
  /** How long they are kept, in milliseconds. */
  idleMs: number;
}

/** Options for {@linkcode Origin}. */
export interface OriginOptions
  extends Pick<PoolLimits, "maxConnections" | "idleMs"> {
  isSecure: boolean;
  /** Makes an HTTP client with connections of its own. */
  createClient: () => Deno.HttpClient;
  /** Requests one HTTP/2 connection is given. */
  maxStreams: number;
  /** Requests that may each open a connection while none is known to be open. */
  maxColdRequests: number;
}

/**
 * One server. Beyond the streams it allows on an HTTP/2 connection requests
 * would wait unseen, and an HTTP client never opens a second connection: so the
 * requests are spread over several clients, the first of which are filled
 * first, so that the others fall idle and are closed.
 */
export class Origin {
  /** When it last began to answer a request. */
  answeredAt = -Infinity;
  readonly #options: OriginOptions;
  readonly #lanes: Lane[] = [];
  /** Without TLS there is no HTTP/2: each request in flight is a connection. */
  readonly #slots: Slots | null;

  constructor(options: OriginOptions) {
    this.#options = options;
    const { isSecure, maxConnections } = options;
    this.#slots = isSecure ? null : new Slots(maxConnections);
  }

  /**
   * Takes a request in; rejects with the signal's reason when it aborts first.
   *
   * @returns Where to send it. `leave` has to be called once it is over.
   */
  async enter(signal: AbortSignal): Promise<Lane> {
    await this.#slots?.take(signal);
    const lane = this.#select();
    await lane.enter();
    return lane;
  }

  /** An answer has begun. */
  answered(lane: Lane): void {
    this.answeredAt = performance.now();
    lane.answered();
  }

  /** A request is over: its answer read to the end, given up or never come. */
  leave(lane: Lane): void {
    lane.leave();
    this.#slots?.free();
  }

  close(): void {
    for (const { client } of this.#lanes.splice(0)) client.close();
  }

  #select(): Lane {
    const { isSecure, maxStreams, maxColdRequests, createClient, idleMs } =
      this.#options;
    for (let i = this.#lanes.length - 1; i > 0; i--) {
      if (this.#lanes[i]?.isIdle) this.#lanes.splice(i, 1)[0]?.client.close();
    }
    const free = this.#lanes.find(({ inFlight }) =>
      !isSecure || inFlight < maxStreams
    );
    if (free) return free;
    const lane = new Lane({
      client: createClient(),
      idleMs,
      maxColdRequests: isSecure ? maxColdRequests : Infinity,
    });
    this.#lanes.push(lane);
    return lane;
  }
}
