/**
 * Token counts by a worker, so that the event loop goes on meanwhile.
 * @module
 */

import { estimateTexts } from "./estimate.ts";
import { type CountReply, TOKEN_WORKER_NAME } from "./worker.ts";

const MAX_EXACT_CHARS = 1_000_000;
const MAX_BACKLOG_CHARS = 2_000_000;
const MAX_FAILURES = 2;

/** Counts tokens off the event loop. */
export interface TokenCounter {
  /** Starts the worker ahead of the first count: 20 ms here, 0.2 s there. */
  warm(): void;
  /**
   * Counts the tokens of all texts together; never rejects, never hangs.
   *
   * The first 1 000 000 characters are counted exactly; the rest is taken to
   * have as many tokens per character. The estimate is the answer instead
   * when the worker dies, falls silent or is closed meanwhile, or has more than
   * 2 000 000 characters to count already.
   */
  count(texts: readonly string[]): Promise<number>;
  /** Ends the worker, which would keep the process alive. Final. */
  close(): void;
}

/** What {@link createTokenCounter} needs. */
export interface TokenCounterOptions {
  /** A module that calls `serveTokenCounts` when it is run as a worker. */
  workerUrl: URL | string;
  /** A worker with counts to do is taken for dead after so long a silence. */
  idleTimeoutMs?: number;
}

interface PendingCount {
  readonly chars: number;
  /** `undefined` when the worker will not answer. */
  resolve(tokens: number | undefined): void;
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
      event.preventDefault(); // or it would end this process, too
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
    for (const id of pending.keys()) settle(id, undefined);
    restartIdleTimer();
  }

  function settle(id: number, tokens: number | undefined): void {
    const count = pending.get(id);
    if (!count) return;
    pending.delete(id);
    backlogChars -= count.chars;
    count.resolve(tokens);
  }

  /** @returns `undefined` when the worker cannot or does not answer. */
  function askWorker(texts: string[], chars: number) {
    const started = startWorker();
    if (!started || backlogChars > MAX_BACKLOG_CHARS) return undefined;
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const id = ++lastId;
    pending.set(id, { chars, resolve });
    backlogChars += chars;
    if (pending.size === 1) restartIdleTimer();
    started.postMessage({ id, texts });
    return promise;
  }

  return {
    warm: () => void startWorker(),
    async count(texts) {
      const chars = countChars(texts);
      if (chars === 0) return 0;
      const exactChars = Math.min(chars, MAX_EXACT_CHARS);
      const tokens = await askWorker(takeChars(texts, exactChars), exactChars);
      if (tokens === undefined) return estimateTexts(texts);
      return Math.round(tokens * chars / exactChars);
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
