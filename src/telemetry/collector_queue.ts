import type { Logger } from "../log.ts";

/** One request to a collector. */
export interface CollectorPost {
  url: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

/** Options for {@linkcode CollectorQueue}. */
export interface CollectorQueueOptions {
  fetch: typeof fetch;
  log: Logger;
  /** Waits; rejects as soon as the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  /** Limit on pending bodies, in bytes; what exceeds it is dropped. */
  maxBytes?: number;
}

/** How a post failed. */
interface Failure {
  status?: number;
  reason?: string;
  isTransient: boolean;
  /** As the collector requests, in milliseconds. */
  retryAfterMs?: number;
}

const MAX_BYTES = 16 * 1024 * 1024;
/** How long a collector may take, in milliseconds; OTLP's default. */
const TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 5, BASE_MS = 1_000, MAX_MS = 30_000;
/** Statuses after which OTLP clients should retry. */
const TRANSIENT = new Set([429, 502, 503, 504]);

/**
 * Posts to a collector, one request after the other, with retries. Nobody waits
 * for it; a collector that is down costs one line in the log, and whatever does
 * not fit into the queue meanwhile.
 */
export class CollectorQueue {
  readonly #options: CollectorQueueOptions;
  readonly #closing = new AbortController();
  readonly #waiting: CollectorPost[] = [];
  #bytes = 0;
  #dropped = 0;
  #isDown = false;
  #sending: Promise<void> | undefined;

  constructor(options: CollectorQueueOptions) {
    this.#options = options;
  }

  add(post: CollectorPost): void {
    const { maxBytes = MAX_BYTES } = this.#options;
    const { byteLength } = post.body;
    if (this.#bytes + byteLength > maxBytes) {
      this.#dropped++;
      return this.#fails({ reason: "too much waits", isTransient: false });
    }
    this.#bytes += byteLength;
    this.#waiting.push(post);
    this.#sending ??= this.#sendAll();
  }

  /** Tries once more to send what is pending. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let post; (post = this.#waiting[0]);) {
      await this.#deliver(post);
      this.#waiting.shift();
      this.#bytes -= post.body.byteLength;
    }
    this.#sending = undefined;
  }

  async #deliver(post: CollectorPost): Promise<void> {
    const { sleep, random } = this.#options;
    const { signal } = this.#closing;
    for (let attempt = 1;; attempt++) {
      const isLast = signal.aborted || attempt === MAX_ATTEMPTS;
      const failure = await this.#post(post);
      if (!failure) return this.#succeeds();
      this.#fails(failure);
      if (isLast || !failure.isTransient) return void this.#dropped++;
      const backoffMs = BASE_MS * 2 ** (attempt - 1) * (0.5 + random());
      const delayMs = Math.min(failure.retryAfterMs ?? backoffMs, MAX_MS);
      await sleep(delayMs, signal).catch(() => {}); // closed: once more, now
    }
  }

  async #post({ url, ...init }: CollectorPost): Promise<Failure | null> {
    try {
      const { ok, status, headers, body } = await this.#options.fetch(url, {
        method: "POST",
        ...init,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await body?.cancel();
      if (ok) return null;
      const seconds = Number(headers.get("retry-after"));
      return {
        status,
        isTransient: TRANSIENT.has(status),
        ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
      };
    } catch (error) {
      // Its own message contains the URL, which may contain a key.
      const reason = error instanceof Error ? error.name : "unknown";
      return { reason, isTransient: true };
    }
  }

  #fails({ status, reason }: Failure): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.#options.log.warn("telemetry not delivered", { status, reason });
  }

  #succeeds(): void {
    if (!this.#isDown || this.#waiting.length > 1) return;
    const dropped = this.#dropped;
    this.#isDown = false;
    this.#dropped = 0;
    this.#options.log.info("telemetry delivered again", { dropped });
  }
}
