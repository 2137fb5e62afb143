import type { Logger } from "../log.ts";
import { redact } from "../secret.ts";
import type { StoreTrouble } from "./store.ts";

/** How patient a store is, in milliseconds. */
export interface StoreTimes {
  /** What a request may wait for. */
  readMs: number;
  /** What nobody waits for: writes, lists, the first opening. */
  writeMs: number;
  /** How long nothing may go well before the store counts as out of order. */
  patienceMs: number;
  /** Until a store that is out of order is tried again; doubles up to 32 times. */
  retryMs: number;
  /** How long writes are gathered. */
  gatherMs: number;
}

/** What {@linkcode KvGate} works with. */
export interface KvGateOptions {
  /** Opens the database, anew after every failure. */
  open: () => Promise<Deno.Kv>;
  log: Pick<Logger, "info" | "warn">;
  /** Epoch milliseconds. */
  now: () => number;
  times: StoreTimes;
  /** Told when the store is in order again. */
  onRecovery: () => void;
}

/** An operation that was not carried out, or of which nobody knows. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}

type Way = "read" | "write";

class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`No answer within ${limitMs} ms`);
  }
}

/** SQLite's words when another process writes to the file. */
const LOCKED = /\b(?:locked|busy)\b/i;
const MAX_ATTEMPTS = 4;
const LOCKED_DELAY_MS = 25;
const MAX_BACKOFF = 32;
const PROBE_KEY = ["ccproxy", "probe"];

/**
 * The one way to the database, which may be a file on a full disk or a server
 * that never answers: every operation has a time limit. A refusal, or nothing
 * but silence for a while, puts the store out of order with one warning; from
 * then on operations fail at once, until a write goes well again.
 */
export class KvGate {
  /** Why the store is out of order. */
  trouble: StoreTrouble = null;
  readonly #options: KvGateOptions;
  #kv: Promise<Deno.Kv> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #backoff = 1;
  #isClosed = false;
  /** Beginning of the first failure after the last success. */
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
   * For reading much, on nobody's account.
   *
   * @throws {StoreFailure}
   */
  scan<T>(operation: (kv: Deno.Kv) => Promise<T>): Promise<T> {
    return this.#run("read", operation, this.#options.times.writeMs);
  }

  /**
   * For what nobody waits for.
   *
   * @param operation Carried out again when another process holds the file.
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
   * A handle that failed is given up for a fresh one. What hangs at a server goes
   * on being tried by Deno, closed or not, and may be done when it is back: no
   * write may do harm when it is done late or twice.
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
      // It was never opened, or is closed already.
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
