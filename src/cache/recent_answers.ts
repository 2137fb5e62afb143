import type { StoreUsage } from "../store/store.ts";
import type { StoredAnswer } from "./stored_answer.ts";

/**
 * How long answers stay in memory, in milliseconds: as long as a client that
 * gave up waiting takes to come back. Claude Code waits up to 32 s before it
 * retries.
 */
export const RECENT_MS = 60_000;

/** Memory limit; the least recently read answer is dropped first. */
const MAX_BYTES = 64 * 1024 * 1024;

interface Entry {
  answer: StoredAnswer;
  memoryBytes: number;
  expiresAt: number;
}

/**
 * The answers of the last minute, in memory and uncompressed: most are never
 * asked for again, and compressing one costs a tenth of streaming it.
 */
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

  get(key: string): StoredAnswer | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    this.#delete(key);
    if (entry.expiresAt <= this.#now()) return null;
    this.#add(key, entry); // the last to be evicted
    return entry.answer;
  }

  put(key: string, answer: StoredAnswer, ttlMs: number): void {
    this.#delete(key);
    const { memoryBytes } = answer.body;
    const expiresAt = this.#now() + Math.min(ttlMs, RECENT_MS);
    this.#add(key, { answer, memoryBytes, expiresAt });
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
    this.#bytes += entry.memoryBytes;
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.memoryBytes ?? 0;
    this.#entries.delete(key);
  }
}
