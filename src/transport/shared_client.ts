/** How long a burst waits for its first connections, in ms: few round trips. */
const HANDSHAKE_MS = 300;

/** Options for {@linkcode SharedClient}. */
export interface SharedClientOptions {
  client: Deno.HttpClient;
  /** How long the client keeps an unused connection, in milliseconds. */
  idleMs: number;
  /** Requests that may each open a connection while none is known to be up. */
  maxColdRequests: number;
}

/** An HTTP client, which has at most one HTTP/2 connection to a server. */
export class SharedClient {
  /** Requests whose answers have not been read to the end. */
  inFlight = 0;
  readonly #options: SharedClientOptions;
  /** When the last answer began or ended: it may be idle since then. */
  #usedAt = -Infinity;
  #isOpen = false;
  #opening: { done: Promise<void>; end: () => void } | null = null;

  constructor(options: SharedClientOptions) {
    this.#options = options;
  }

  get client(): Deno.HttpClient {
    return this.#options.client;
  }

  /** Whether its connections have been closed as unused. */
  get isIdle(): boolean {
    return this.inFlight === 0 &&
      performance.now() - this.#usedAt >= this.#options.idleMs;
  }

  /**
   * Admits a request; resolves when it may be sent. Deno opens a connection for
   * each request of a burst until it knows that one of them speaks HTTP/2 and
   * can serve all: most of a burst waits for that.
   */
  async enter(): Promise<void> {
    if (this.isIdle) this.#isOpen = false;
    this.inFlight++;
    if (this.#isOpen || this.inFlight <= this.#options.maxColdRequests) return;
    await (this.#opening ??= startOpening()).done;
  }

  /** An answer has begun: there is a connection. */
  answered(): void {
    this.#usedAt = performance.now();
    this.#isOpen = true;
    this.#opening?.end();
    this.#opening = null;
  }

  leave(): void {
    this.inFlight--;
    this.#usedAt = performance.now();
  }
}

function startOpening() {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, HANDSHAKE_MS);
  const end = () => {
    clearTimeout(timer);
    resolve();
  };
  return { done, end };
}
