import type { Patience } from "./patience.ts";

/** Size of the buffer that is read into, over and over. */
const BUFFER_BYTES = 16 * 1024;

/** How long a finished answer's connection may take to come free, in ms. */
const DRAIN_MS = 1_000;

type Bytes = Uint8Array<ArrayBuffer>;

/** Reads an answer's body piece by piece. */
export interface AnswerReader {
  /**
   * The next bytes, valid until the next read; `null` at the end.
   *
   * @throws {ApiError} when the upstream fails or falls silent.
   */
  read(): Promise<Uint8Array | null>;
  /**
   * Reads past an answer's last word to the body's end, so that the connection
   * is used again; cancelling would close it.
   */
  drain(): void;
}

/**
 * Reads a body into one buffer that is used again and again: Deno's default
 * reader allocates 64 KiB for every chunk of a response, three times the cost.
 *
 * Ends when `patience` runs out or its signal aborts. Once the Response is
 * collected as garbage, Deno's fetch no longer hears that signal and the
 * upstream would go on for nobody; the reader is heard.
 */
export function createAnswerReader(
  body: ReadableStream<Bytes> | null,
  patience: Patience,
): AnswerReader {
  if (!body) return { read: () => Promise.resolve(null), drain() {} };
  const reader = openReader(body);
  const { signal } = patience.abort;
  const release = () => {
    patience.stop();
    reader.cancel(signal.reason).catch(() => {}); // it is over anyway
  };
  if (signal.aborted) release();
  else signal.addEventListener("abort", release, { once: true });

  async function drain(): Promise<void> {
    patience.stop();
    const timer = setTimeout(release, DRAIN_MS);
    try {
      for (let read; !(read = await reader.next()).done;) {
        reader.take(read.value);
      }
    } catch {
      // The answer is complete; how its connection ended is of no interest.
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async read() {
      patience.begin();
      try {
        const result = await reader.next();
        if (!result.done) {
          patience.end();
          return reader.take(result.value);
        }
        signal.throwIfAborted();
      } catch (thrown) {
        patience.stop();
        throw patience.explain(thrown);
      }
      patience.stop();
      return null;
    },
    drain: () => void drain(),
  };
}

/** How a body is read: as it suits a stream of bytes, or any other stream. */
interface Reader {
  next: () => Promise<ReadableStreamReadResult<Bytes>>;
  /** Makes a read's bytes ready for use, and the reader for the next read. */
  take: (bytes: Bytes) => Bytes;
  cancel: (reason: unknown) => Promise<void>;
}

function openReader(body: ReadableStream<Bytes>): Reader {
  const reader = byobReader(body);
  if (!reader) {
    const reader = body.getReader();
    return {
      next: () => reader.read(),
      take: (bytes) => bytes,
      cancel: (reason) => reader.cancel(reason),
    };
  }
  let buffer = new Uint8Array(BUFFER_BYTES);
  return {
    next: () => reader.read(buffer),
    take(bytes) {
      buffer = new Uint8Array(bytes.buffer); // it was lent: take it back
      return bytes;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** `undefined` for a stream that is not made of bytes, as after decompression. */
function byobReader(body: ReadableStream<Bytes>) {
  try {
    return body.getReader({ mode: "byob" });
  } catch (error) {
    if (error instanceof TypeError && !body.locked) return undefined;
    throw error;
  }
}
