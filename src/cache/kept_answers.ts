import { responseKey, RESPONSES } from "../store/keys.ts";
import type { Store, StoreUsage } from "../store/store.ts";
import type { Found } from "./answer_port.ts";
import { RECENT_MS } from "./caching.ts";
import { RecentAnswers } from "./recent_answers.ts";
import {
  decodeAnswer,
  encodeAnswer,
  type StoredAnswer,
} from "./stored_answer.ts";

/** What {@linkcode KeptAnswers} works with. */
export interface KeptAnswersOptions {
  store: Pick<Store, "getBytes" | "putBytes" | "usage" | "clear">;
  /**
   * Whether other instances read the store, too: then answers that are kept for
   * a minute are put there as well.
   */
  isShared: boolean;
  /** Epoch milliseconds. */
  now: () => number;
}

/** How an answer is kept. */
export interface KeepOptions {
  keepMs: number;
  /** Called when it is in this thread's memory no more. */
  onGone: () => void;
}

/** Whole answers, by their question's key: in memory, and in the store. */
export class KeptAnswers {
  readonly #options: KeptAnswersOptions;
  readonly #recent: RecentAnswers;

  constructor(options: KeptAnswersOptions) {
    this.#options = options;
    this.#recent = new RecentAnswers(options.now);
  }

  /** One of the last minute that this thread has had. */
  findRecent(key: string): Found | null {
    const answer = this.#recent.get(key);
    return answer && this.#toFound(answer);
  }

  /** @param keepMs How long such answers are kept, and so whether it may be there. */
  async findStored(key: string, keepMs: number): Promise<Found | null> {
    if (!this.#isStored(keepMs)) return null;
    const bytes = await this.#options.store.getBytes(responseKey(key));
    const answer = bytes && decodeAnswer(bytes);
    return answer && this.#toFound(answer);
  }

  /** Keeps an answer in this thread's memory. */
  keepRecent(key: string, answer: StoredAnswer, options: KeepOptions): void {
    const { keepMs: ttlMs, onGone } = options;
    this.#recent.put(key, answer, { ttlMs, onGone });
  }

  /** Keeps an answer, in the store as well where it may be asked for there. */
  keep(key: string, answer: StoredAnswer, options: KeepOptions): void {
    this.keepRecent(key, answer, options);
    const { keepMs } = options;
    if (!this.#isStored(keepMs)) return;
    const bytes = encodeAnswer(answer);
    this.#options.store.putBytes(responseKey(key), bytes, { ttlMs: keepMs });
  }

  async usage(): Promise<{ stored: StoreUsage; recent: StoreUsage }> {
    const stored = await this.#options.store.usage(RESPONSES);
    return { stored, recent: this.#recent.usage };
  }

  async clear(): Promise<void> {
    this.#recent.clear();
    await this.#options.store.clear(RESPONSES);
  }

  #isStored(keepMs: number): boolean {
    return this.#options.isShared || keepMs > RECENT_MS;
  }

  #toFound({ contentType, createdAt, tookMs, body }: StoredAnswer): Found {
    return {
      headers: new Headers(contentType ? { "content-type": contentType } : {}),
      recording: body,
      reader: null,
      settle() {},
      outcome: "hit",
      ageMs: this.#options.now() - createdAt,
      tookMs,
    };
  }
}
