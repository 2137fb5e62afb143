import type { EventSource } from "../stream/message_stream.ts";

/**
 * Lets an answer continue for a while after its client has left, so that a
 * retry finds it in the cache.
 */
export interface Linger {
  /** Aborts when the client has left and the time is up. */
  readonly signal: AbortSignal;
  /** The same source, except that cancelling it reads it to its end. */
  extend(source: EventSource): EventSource;
  /** Calls back when the answer is over, even if the client has left. */
  whenOver(callback: () => void): void;
  /** Marks the answer as over. */
  end(): void;
}

/**
 * Creates a {@linkcode Linger}.
 *
 * @param signal The request's, from Deno. It also aborts after completed
 * answers; by then {@linkcode Linger.end} has been called.
 * @param keepMs How long the answer continues; 0 ends it at once.
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
          // It failed, or its time was up: nobody is left to tell.
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
