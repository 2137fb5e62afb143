import type { ApiError } from "../anthropic/errors.ts";
import type { ByteReader } from "../transport/byte_reader.ts";
import type { Patience } from "./patience.ts";

/** How long the connection of a finished answer may take to be free, in ms. */
const DRAIN_MS = 1_000;

/** Reads an answer's body piece by piece. */
export interface AnswerReader {
  /**
   * The next bytes, valid until the next read; `null` at the end.
   *
   * @throws {ApiError} when the upstream fails or falls silent.
   */
  read(): Promise<Uint8Array | null>;
  /**
   * Reads the body to its end after the answer is complete, so that the
   * connection is reused; cancelling would close it.
   */
  drain(): void;
  /** Stops reading and ends the upstream's work, for this reason. */
  cancel(error: ApiError): void;
}

/** Options for {@linkcode createAnswerReader}. */
export interface AnswerReaderOptions {
  patience: Patience;
  /**
   * Called when nothing more will come: at the body's end, when it is only
   * drained, or with the error that ended it. May be called more than once.
   */
  onEnd: (error?: ApiError) => void;
}

/**
 * Reads a body until it ends, `patience` runs out or its signal aborts. Once
 * the Response is garbage-collected, Deno's fetch ignores that signal and the
 * upstream would continue for nobody; cancelling the reader still works.
 */
export function createAnswerReader(
  reader: ByteReader | null,
  { patience, onEnd }: AnswerReaderOptions,
): AnswerReader {
  if (!reader) {
    onEnd();
    return { read: () => Promise.resolve(null), drain() {}, cancel() {} };
  }
  const { signal } = patience.abort;
  const cancel = (error: ApiError) => {
    patience.stop();
    reader.cancel(error).catch(() => {}); // it is over anyway
    onEnd(error);
  };
  const release = () => cancel(patience.explain(signal.reason));
  if (signal.aborted) release();
  else signal.addEventListener("abort", release, { once: true });

  const drain = async () => {
    patience.stop();
    onEnd();
    const timer = setTimeout(release, DRAIN_MS);
    try {
      while (await reader.read() !== null);
    } catch {
      // The answer is complete; how its connection ended does not matter.
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async read() {
      patience.begin();
      try {
        const bytes = await reader.read();
        if (bytes !== null) {
          patience.end();
          return bytes;
        }
        signal.throwIfAborted();
      } catch (thrown) {
        patience.stop();
        const error = patience.explainBreak(thrown);
        onEnd(error);
        throw error;
      }
      patience.stop();
      onEnd();
      return null;
    },
    drain: () => void drain(),
    cancel,
  };
}
