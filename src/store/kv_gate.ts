import type { Logger } from "../log.ts";
import { redact } from "../secret.ts";
import type { StoreTrouble } from "./store.ts";

/** A store's time limits, in milliseconds. */
export interface StoreTimes {
  /** For what requests wait for. */
  readMs: number;
  /** For what nobody waits for: writes, lists, the first opening. */
  writeMs: number;
  /** How long everything may fail before the store counts as out of order. */
  patienceMs: number;
  /** Until a store that is out of order is retried; doubles up to 32 times. */
  retryMs: number;
  /** How long writes are collected. */
  gatherMs: number;
}

/** What {@linkcode KvGate} depends on. */
export interface KvGateOptions {
  /** Opens the database; called again after every failure. */
  open: () => Promise<Deno.Kv>;
  log: Pick<Logger, "info" | "warn">;
  /** Epoch milliseconds. */
  now: () => number;
  times: StoreTimes;
  /** Called when the store works again. */
  onRecovery: () => void;
}

/** An operation that was not carried out, or may not have been. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}

type Way = "read" | "write";

class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`No answer within ${limitMs} ms`);
  }
}

/** SQLite's wording when another process is writing to the file. */
const LOCKED = /\b(?:locked|busy)\b/i;
const MAX_ATTEMPTS = 4;
const LOCKED_DELAY_MS = 25;
const MAX_BACKOFF = 32;
const PROBE_KEY = ["ccproxy", "probe"];

/**
 * The only access to the database, which may be a file on a full disk or a
 * server that never answers: every operation has a time limit. An error, or
 * only silence for a while, puts the store out of order with one warning; from
 * then on operations fail at once, until a write succeeds again.
 */
export class KvGate {
  /** Why the store is out of order. */
  trouble: StoreTrouble = null;
  readonly #options: KvGateOptions;
  #kv: Promise<Deno.Kv> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #backoff = 1;
  #isClosed = false;
  /** Start of the first failure after the last success. */
  readonly #failingSince = new Map<Way, number>();

  constructor(options: KvGateOptions) {
    this.#options = options;
  }

  /**
   * For what a request may wait for.
   *
   * @throws {StoreFailure}
   */
  read<T>(operation: (kv: Deno.Kv) => Promise<T>): Promise<T> {
    return this.#run("read", operation, this.#options.times.readMs);
  }

  /**
   * For large reads that no request waits for.
   *
   * @throws {StoreFailure}
   */
  scan<T>(operation: (kv: Deno.Kv) => Promise<T>): Promise<T> {
    return this.#run("read", operation, this.#options.times.writeMs);
  }

  /**
   * For what nobody waits for.
   *
   * @param operation Repeated if another process holds the file.
   * @throws {StoreFailure} also if it may have been carried out after all.
   */
  write<T>(operation: (kv: Deno.Kv) => Promise<T>): Promise<T> {
    return this.#run("write", operation, this.#options.times.writeMs);
  }

  /** Final. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.trouble ??= "It is closed";
    clearTimeout(this.#retryTimer);
    try {
      await within(this.#options.times.writeMs, this.#closeKv());
    } catch {
      // Still opening; it is closed as soon as it is open.
    }
  }

  async #run<T>(
    way: Way,
    operation: (kv: Deno.Kv) => Promise<T>,
    limitMs: number,
  ): Promise<T> {
    const startedAt = this.#options.now();
    for (let attempt = 1;; attempt++) {
      if (this.trouble !== null) throw new StoreFailure(this.trouble);
      try {
        const result = await within(limitMs, this.#open().then(operation));
        this.#failingSince.delete(way);
        return result;
      } catch (error) {
        const isLocked = LOCKED.test(String(error));
        if (isLocked && attempt < MAX_ATTEMPTS) {
          await pause(LOCKED_DELAY_MS * attempt);
          continue;
        }
        const mayPass = isLocked || error instanceof TimeLimitError;
        this.#note(error, { way, startedAt, mayPass });
        throw new StoreFailure(messageOf(error), { cause: error });
      }
    }
  }

  #open(): Promise<Deno.Kv> {
    return this.#kv ??= this.#options.open();
  }

  #note(
    error: unknown,
    { way, startedAt, mayPass }: {
      way: Way;
      startedAt: number;
      mayPass: boolean;
    },
  ): void {
    const since = Math.min(
      this.#failingSince.get(way) ?? startedAt,
      startedAt,
    );
    this.#failingSince.set(way, since);
    const { now, times, log } = this.#options;
    const isOver = !mayPass || now() - since >= times.patienceMs;
    if (!isOver || this.trouble !== null) return;
    this.trouble = redact(messageOf(error));
    log.warn("store out of order", { reason: this.trouble });
    this.#retryLater();
  }

  /**
   * A failed handle is replaced. Deno keeps retrying what hangs at a server,
   * even after closing, and may carry it out once the server is back: so every
   * write must be harmless when it is done late or twice.
   */
  #retryLater(): void {
    void this.#closeKv();
    if (this.#isClosed) return;
    const delayMs = this.#options.times.retryMs * this.#backoff;
    this.#backoff = Math.min(this.#backoff * 2, MAX_BACKOFF);
    this.#retryTimer = setTimeout(() => void this.#tryAgain(), delayMs);
  }

  async #tryAgain(): Promise<void> {
    const { now, times, log, onRecovery } = this.#options;
    try {
      const probe = this.#open().then((kv) =>
        kv.set(PROBE_KEY, now(), { expireIn: 60_000 })
      );
      await within(times.writeMs, probe);
    } catch {
      return this.#retryLater();
    }
    this.trouble = null;
    this.#backoff = 1;
    this.#failingSince.clear();
    log.info("store in order again");
    onRecovery();
  }

  async #closeKv(): Promise<void> {
    const kv = this.#kv;
    this.#kv = undefined;
    try {
      (await kv)?.close();
    } catch {
      // It was never opened, or is already closed.
    }
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimitError(limitMs)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
