import { setImmediate } from "node:timers";

/** Bytes of a read; the buffer they lie in is the reader's. */
type Bytes = Uint8Array<ArrayBuffer>;

/** Size of the buffers that are read into, over and over. */
const BUFFER_BYTES = 8 * 1024;

/**
 * Turns of the event loop until bytes that have come are there to be read: one
 * for Deno's HTTP client to make a piece of them, one to hand it over.
 */
const TURNS = 2;

/** Most reads in a row that do not look whether more has come. */
const MAX_PAUSE = 15;

/** Reads a body, in as few pieces as it has come. */
export interface ByteReader {
  /** The next bytes, valid until the next read; `null` at the end. */
  read(): Promise<Bytes | null>;
  /** Ends the connection, or its part of one. */
  cancel(reason: unknown): Promise<void>;
  /** Settles, never rejects, when all has been read, or nothing more can be. */
  readonly closed: Promise<void>;
}

/** Opens a body for reading. */
export function openByteReader(body: ReadableStream<Bytes>): ByteReader {
  const reader = byobReader(body);
  return reader ? new Gatherer(reader) : openPlainReader(body);
}

/** `undefined` for a stream that is not made of bytes, as after decompression. */
function byobReader(
  body: ReadableStream<Bytes>,
): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: "byob" });
  } catch (error) {
    if (error instanceof TypeError && !body.locked) return undefined;
    throw error;
  }
}

/** For any other stream; its pieces are what the decoder makes of them. */
function openPlainReader(body: ReadableStream<Bytes>): ByteReader {
  const reader = body.getReader();
  return {
    read: async () => (await reader.read()).value ?? null,
    cancel: (reason) => reader.cancel(reason),
    closed: reader.closed.catch(() => {}),
  };
}

/**
 * Reads into two buffers by turns: Deno's default reader allocates 64 KiB for
 * every piece, three times the cost.
 *
 * A read gives one chunk of the transfer coding, however many have come in a
 * packet, and each would go all the way to the client by itself, at many times
 * what it costs to translate it. So what has come meanwhile is gathered. Where
 * pieces come one by one that is in vain, and it is tried ever more rarely.
 */
class Gatherer implements ByteReader {
  readonly closed: Promise<void>;
  readonly #reader: ReadableStreamBYOBReader;
  /** Buffers neither lent to a read nor with the caller. */
  readonly #free: Bytes[] = [];
  /** The one with the caller. */
  #given: Bytes | null = null;
  /** The read that goes on or has not been taken. */
  #ahead: Promise<ReadableStreamReadResult<Bytes>> | null = null;
  /** Reads to come that do not look whether there is more. */
  #pause = 0;
  /** The pause after the next look in vain. */
  #nextPause = 0;

  constructor(reader: ReadableStreamBYOBReader) {
    this.#reader = reader;
    this.closed = reader.closed.catch(() => {});
  }

  async read(): Promise<Bytes | null> {
    if (this.#given) this.#free.push(this.#given);
    this.#given = null;
    const { value, done } = await (this.#ahead ?? this.#next());
    this.#ahead = null;
    if (done) return null;
    this.#given = new Uint8Array(value.buffer);
    if (this.#pause-- > 0) return value;
    const length = await this.#gather(this.#given, value.length);
    this.#rest(length === value.length);
    return this.#given.subarray(0, length);
  }

  cancel(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }

  #next(): Promise<ReadableStreamReadResult<Bytes>> {
    return this.#reader.read(this.#free.pop() ?? new Uint8Array(BUFFER_BYTES));
  }

  /** Puts what has come, and has room, behind a piece; returns their length. */
  async #gather(into: Bytes, pieceBytes: number): Promise<number> {
    let length = pieceBytes;
    for (;;) {
      this.#ahead = this.#next();
      const more = await ifHere(this.#ahead);
      if (!more || more.done) return length;
      if (length + more.value.length > into.length) return length;
      into.set(more.value, length);
      length += more.value.length;
      this.#free.push(new Uint8Array(more.value.buffer));
    }
  }

  #rest(wasInVain: boolean): void {
    this.#pause = wasInVain ? this.#nextPause : 0;
    this.#nextPause = wasInVain
      ? Math.min(2 * this.#nextPause + 1, MAX_PAUSE)
      : 0;
  }
}

/**
 * What a promise gives if it is to be had at once; `null`: it is not, or it has
 * failed.
 */
async function ifHere<T>(promise: Promise<T>): Promise<T | null> {
  let result: T | null = null;
  promise.then((value) => result = value, () => {});
  for (let turn = 0; turn < TURNS && result === null; turn++) await nextTurn();
  return result;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
