import type { EventSource } from "../stream/message_stream.ts";

/**
 * Lets an answer go on for a while after its client has left, so that a retry
 * finds it in the cache.
 */
export interface Linger {
  /** Aborts when the client has left and its time is up. */
  readonly signal: AbortSignal;
  /** The same source, but that cancelling it reads it to its end. */
  extend(source: EventSource): EventSource;
  /** Calls back when the answer is over, also for a client that has left. */
  whenOver(callback: () => void): void;
  /** The answer is over. */
  end(): void;
}

/**
 * Makes a {@linkcode Linger}.
 *
 * @param signal Deno's of the request. It also aborts after completed answers;
 * by then {@linkcode Linger.end} has been called.
 * @param keepMs How long the answer goes on; 0 ends it at once.
 */
export function createLinger(signal: AbortSignal, keepMs: number): Linger {
  if (keepMs === 0) {
    return {
      signal,
      extend: (source) => source,
      whenOver: (callback) => callback(),
      end() {},
    };
  }
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reading: Promise<void> | undefined;
  let isOver = false;

  const leave = () => {
    if (isOver) return;
    timer ??= setTimeout(() => abort.abort(signal.reason), keepMs);
  };
  const end = () => {
    isOver = true;
    clearTimeout(timer);
  };
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });

  return {
    signal: abort.signal,
    extend(source) {
      let next: ReturnType<EventSource["next"]> | undefined;
      async function readOn(): Promise<void> {
        try {
          while (await (next ?? source.next()) !== null) next = undefined;
        } catch {
          // It failed, or its time was up: nobody is left to be told.
        }
      }
      return {
        start: () => source.start(),
        keepAlive: () => source.keepAlive(),
        next: () => next = source.next(),
        cancel() {
          leave();
          reading ??= readOn();
        },
      };
    },
    whenOver(callback) {
      if (!reading) callback();
      else reading.then(callback);
    },
    end,
  };
}
