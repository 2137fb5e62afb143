import { ApiError } from "../anthropic/errors.ts";

/** A server to connect to. */
export interface ProbedServer {
  hostname: string;
  port: number;
  /** Ends the attempt. */
  signal: AbortSignal;
}

/** Connects to a server and closes the connection again; rejects if that fails. */
export type Probe = (server: ProbedServer) => Promise<void>;

/** Options for {@linkcode ConnectWatch}. */
export interface ConnectWatchOptions {
  hostname: string;
  port: number;
  probe: Probe;
  /** How long connecting may take, in milliseconds. */
  timeoutMs: number;
  /** When the server last began any answer, by `performance.now()`. */
  answeredAt: () => number;
}

/**
 * Detects that a server cannot be connected to. Deno's fetch tries for minutes
 * and does not say whether it has a connection: so a request without an answer
 * for half the timeout is suspect, and if no other connection succeeds in the
 * other half either, it is aborted.
 *
 * Only silence counts. A server that refuses connections may be finishing the
 * requests it has accepted; if ours is not among them, `fetch` fails by itself.
 */
export class ConnectWatch {
  readonly #options: ConnectWatchOptions;
  #probe: Promise<boolean> | null = null;

  constructor(options: ConnectWatchOptions) {
    this.#options = options;
  }

  /**
   * Watches a request, and aborts it with a `timeout_error` if its server
   * cannot be connected to.
   *
   * @returns Ends the watch.
   */
  begin(abort: AbortController): () => void {
    const { timeoutMs, answeredAt, hostname } = this.#options;
    const startedAt = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = async () => {
      if (answeredAt() >= startedAt || await this.#answers()) return;
      if (timer === undefined || answeredAt() >= startedAt) return;
      const seconds = timeoutMs / 1000;
      const text =
        `Cannot connect to ${hostname} within ${seconds} s (UPSTREAM_CONNECT_TIMEOUT)`;
      abort.abort(new ApiError("timeout_error", text));
    };
    timer = setTimeout(check, timeoutMs / 2);
    return () => {
      clearTimeout(timer);
      timer = undefined;
    };
  }

  /** All requests suspect at the same time share one check. */
  #answers(): Promise<boolean> {
    return this.#probe ??= this.#tryToConnect()
      .finally(() => this.#probe = null);
  }

  /** Whether anything comes back, even a refusal. */
  async #tryToConnect(): Promise<boolean> {
    const { hostname, port, probe, timeoutMs } = this.#options;
    const late = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<false>((resolve) => {
      const giveUp = () => {
        resolve(false);
        late.abort();
      };
      // A blocked event loop has yet to process what came back.
      timer = setTimeout(() => timer = setTimeout(giveUp), timeoutMs / 2);
    });
    const connected = probe({ hostname, port, signal: late.signal })
      .then(() => true, () => true);
    try {
      return await Promise.race([connected, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
