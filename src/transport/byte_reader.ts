import { setImmediate } from "node:timers";

/** The bytes of a read; their buffer belongs to the reader. */
type Bytes = Uint8Array<ArrayBuffer>;

/** Size of the buffers, which are reused. */
const BUFFER_BYTES = 8 * 1024;

/**
 * Event-loop turns until received bytes can be read: one for Deno's HTTP client
 * to make a piece of them, one to deliver it.
 */
const TURNS = 2;

/** Longest run of reads that do not check whether more has arrived. */
const MAX_PAUSE = 15;

/** Reads a body, in as few pieces as it arrived in. */
export interface ByteReader {
  /** The next bytes, valid until the next read; `null` at the end. */
  read(): Promise<Bytes | null>;
  /** Ends the connection, or its share of one. */
  cancel(reason: unknown): Promise<void>;
  /** Settles, never rejects, when all has been read, or no more can be. */
  readonly closed: Promise<void>;
}

/** Opens a body for reading. */
export function openByteReader(body: ReadableStream<Bytes>): ByteReader {
  const reader = byobReader(body);
  return reader ? new Gatherer(reader) : openPlainReader(body);
}

/** `undefined` for a stream that is no byte stream, as after decompression. */
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

/** For any other stream; the decoder determines its pieces. */
function openPlainReader(body: ReadableStream<Bytes>): ByteReader {
  const reader = body.getReader();
  return {
    read: async () => (await reader.read()).value ?? null,
    cancel: (reason) => reader.cancel(reason),
    closed: reader.closed.catch(() => {}),
  };
}

/**
 * Reads into two buffers in turn: Deno's default reader allocates 64 KiB for
 * every piece, at three times the cost.
 *
 * A read returns one chunk of the transfer coding, however many arrived in a
 * packet, and each would go all the way to the client by itself, at many times
 * the cost of translating it. So what has arrived meanwhile is gathered. If
 * pieces arrive one by one that is useless, and it is tried ever more rarely.
 */
class Gatherer implements ByteReader {
  readonly closed: Promise<void>;
  readonly #reader: ReadableStreamBYOBReader;
  /** Buffers used neither by a read nor by the caller. */
  readonly #free: Bytes[] = [];
  /** The buffer the caller has. */
  #given: Bytes | null = null;
  /** The read that is pending or not yet taken. */
  #ahead: Promise<ReadableStreamReadResult<Bytes>> | null = null;
  /** How many more reads skip the check for more bytes. */
  #pause = 0;
  /** The pause after the next useless check. */
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

  /** Appends what has arrived and fits to a piece; returns their length. */
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
 * The value of a promise that has already resolved; `null`: it has not, or it
 * rejected.
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
