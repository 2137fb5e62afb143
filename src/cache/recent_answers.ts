import type { StoreBytes, StoreUsage } from "../store/store.ts";

/**
 * How long answers stay in memory, in milliseconds: as long as a client takes
 * to come back that gave up waiting. Claude Code waits up to 32 s before it
 * tries again.
 */
export const RECENT_MS = 60_000;

/** Most that stays in memory; what was not read for the longest time goes. */
const MAX_BYTES = 32 * 1024 * 1024;

interface Entry {
  bytes: StoreBytes;
  expiresAt: number;
}

/** The answers of the last minute, in memory: most are never asked for again. */
export class RecentAnswers {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #bytes = 0;

  /** @param now Epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get usage(): StoreUsage {
    return { entries: this.#entries.size, bytes: this.#bytes };
  }

  get(key: string): StoreBytes | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    this.#delete(key);
    if (entry.expiresAt <= this.#now()) return null;
    this.#add(key, entry); // the last to go
    return entry.bytes;
  }

  put(key: string, bytes: StoreBytes, ttlMs: number): void {
    this.#delete(key);
    const keepMs = Math.min(ttlMs, RECENT_MS);
    this.#add(key, { bytes, expiresAt: this.#now() + keepMs });
    for (const [oldest, { expiresAt }] of this.#entries) {
      if (expiresAt > this.#now() && this.#bytes <= MAX_BYTES) break;
      this.#delete(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes.length;
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes.length ?? 0;
    this.#entries.delete(key);
  }
}
