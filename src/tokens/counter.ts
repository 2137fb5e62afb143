/**
 * Counts tokens in a worker, so that the event loop is not blocked.
 * @module
 */

import type { Encoding } from "./encoding.ts";
import {
  type CountReply,
  type CountRequest,
  TOKEN_WORKER_NAME,
} from "./worker.ts";

const MAX_EXACT_CHARS = 1_000_000;
const MAX_BACKLOG_CHARS = 2_000_000;
const MAX_FAILURES = 2;

/** Counts tokens off the event loop. */
export interface TokenCounter {
  /** Starts the worker ahead of the first count: 20 ms here, 0.2 s there. */
  warm(): void;
  /**
   * Counts the tokens of each text; never rejects, never hangs.
   *
   * Only the first 1 000 000 characters of all texts are counted. A text that
   * extends beyond is extrapolated from its counted part.
   *
   * @returns `null` for a text that was not counted: it begins beyond the
   * limit, or the worker died, does not answer, was closed meanwhile, or
   * already has more than 2 000 000 characters to count.
   */
  count(
    texts: readonly string[],
    encoding: Encoding,
  ): Promise<(number | null)[]>;
  /** Ends the worker, which would keep the process alive. Final. */
  close(): void;
}

/** What {@link createTokenCounter} depends on. */
export interface TokenCounterOptions {
  /** A module that calls `serveTokenCounts` when it is run as a worker. */
  workerUrl: URL | string;
  /** A worker with pending counts that is silent this long counts as dead. */
  idleTimeoutMs?: number;
}

interface PendingCount {
  readonly chars: number;
  /** Gets an empty list if the worker will not answer. */
  resolve(tokens: readonly number[]): void;
}

/**
 * Creates a counter with one worker, started on first use.
 *
 * A worker that dies is replaced on the next count, but not a second time
 * unless it has answered in between.
 */
export function createTokenCounter(
  { workerUrl, idleTimeoutMs = 10_000 }: TokenCounterOptions,
): TokenCounter {
  const pending = new Map<number, PendingCount>();
  let worker: Worker | undefined;
  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  let failures = 0;
  let backlogChars = 0;
  let lastId = 0;

  function startWorker(): Worker | undefined {
    if (worker || isClosed || failures >= MAX_FAILURES) return worker;
    worker = new Worker(workerUrl, { type: "module", name: TOKEN_WORKER_NAME });
    worker.onmessage = ({ data }: MessageEvent<CountReply>) => {
      failures = 0;
      settle(data.id, data.tokens);
      restartIdleTimer();
    };
    worker.onerror = (event) => {
      event.preventDefault(); // otherwise it would end this process, too
      giveUpWorker();
    };
    return worker;
  }

  // Deno loses the error event of some workers that die at once.
  function restartIdleTimer(): void {
    clearTimeout(idleTimer);
    if (pending.size > 0) idleTimer = setTimeout(giveUpWorker, idleTimeoutMs);
  }

  function giveUpWorker(): void {
    failures++;
    endWorker();
  }

  function endWorker(): void {
    worker?.terminate();
    worker = undefined;
    for (const id of pending.keys()) settle(id, []);
    restartIdleTimer();
  }

  function settle(id: number, tokens: readonly number[]): void {
    const count = pending.get(id);
    if (!count) return;
    pending.delete(id);
    backlogChars -= count.chars;
    count.resolve(tokens);
  }

  /** @returns An empty list if the worker cannot or does not answer. */
  async function askWorker(
    texts: string[],
    encoding: Encoding,
  ): Promise<readonly number[]> {
    const started = startWorker();
    if (!started || backlogChars > MAX_BACKLOG_CHARS) return [];
    const { promise, resolve } = Promise.withResolvers<readonly number[]>();
    const chars = countChars(texts);
    const id = ++lastId;
    pending.set(id, { chars, resolve });
    backlogChars += chars;
    if (pending.size === 1) restartIdleTimer();
    started.postMessage({ id, encoding, texts } satisfies CountRequest);
    return await promise;
  }

  return {
    warm: () => void startWorker(),
    async count(texts, encoding) {
      const taken = takeChars(texts, MAX_EXACT_CHARS);
      if (countChars(taken) === 0) return texts.map(() => 0);
      const counted = await askWorker(taken, encoding);
      return texts.map((text, i) => {
        const tokens = counted[i];
        if (tokens === undefined) return null;
        const { length } = taken[i] ?? "";
        return Math.round(tokens * text.length / Math.max(1, length));
      });
    },
    close() {
      isClosed = true;
      endWorker();
    },
  };
}

function countChars(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** The beginning of `texts`, `maxChars` in all. */
function takeChars(texts: readonly string[], maxChars: number): string[] {
  const taken: string[] = [];
  let left = maxChars;
  for (const text of texts) {
    if (left <= 0) break;
    taken.push(text.slice(0, left));
    left -= text.length;
  }
  return taken;
}
