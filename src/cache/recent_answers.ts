import { RECENT_MS } from "./caching.ts";
import type { StoreUsage } from "../store/store.ts";
import type { StoredAnswer } from "./stored_answer.ts";

/** Most that stays in memory; what was not read for the longest time goes. */
const MAX_BYTES = 64 * 1024 * 1024;

interface Entry {
  answer: StoredAnswer;
  memoryBytes: number;
  expiresAt: number;
  onGone: () => void;
}

/**
 * The answers of the last minute, in memory and as they came: most are never
 * asked for again, and packing one costs a tenth of what it costs to stream it.
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
    if (entry.expiresAt <= this.#now()) {
      this.#delete(key);
      return null;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry); // the last to go
    return entry.answer;
  }

  /** @param options.onGone Called when the answer is here no more. */
  put(
    key: string,
    answer: StoredAnswer,
    { ttlMs, onGone }: { ttlMs: number; onGone: () => void },
  ): void {
    this.#delete(key);
    const { memoryBytes } = answer.body;
    const expiresAt = this.#now() + Math.min(ttlMs, RECENT_MS);
    this.#entries.set(key, { answer, memoryBytes, expiresAt, onGone });
    this.#bytes += memoryBytes;
    for (const [oldest, { expiresAt }] of this.#entries) {
      if (expiresAt > this.#now() && this.#bytes <= MAX_BYTES) break;
      this.#delete(oldest);
    }
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#delete(key);
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.memoryBytes;
    entry.onGone();
  }
}
