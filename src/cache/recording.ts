import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { joinBytes } from "../translate/event_splitter.ts";

/**
 * Bytes per piece. An answer's events resemble each other, so pieces of this
 * size compress to a thirtieth; compressing one takes 0.1 ms.
 */
const PIECE_BYTES = 64 * 1024;

/** Segment size of the last piece; most answers are small. */
const SEGMENT_BYTES = 8 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Bytes in order of arrival, compressed on the fly, readable from any position.
 *
 * `node:zlib` compresses on the event loop, even in its asynchronous functions:
 * done piece by piece, it never blocks it.
 */
export class Recording {
  /** Whole pieces; `null` for those that are no longer needed. */
  readonly #packed: (Bytes | null)[] = [];
  /** The piece after them, in segments. */
  #last: Bytes[] = [];
  #lastLength = 0;

  /** All bytes so far, including dropped ones. */
  get length(): number {
    return this.#packed.length * PIECE_BYTES + this.#lastLength;
  }

  /** Its size in memory. */
  get memoryBytes(): number {
    return this.#packed.reduce(
      (sum, piece) => sum + (piece?.length ?? 0),
      this.#last.length * SEGMENT_BYTES,
    );
  }

  /** @param bytes Copied: the caller may reuse them. */
  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const at = this.#lastLength % SEGMENT_BYTES;
      if (at === 0) this.#last.push(new Uint8Array(SEGMENT_BYTES));
      const room = SEGMENT_BYTES - at;
      const part = from === 0 && bytes.length <= room
        ? bytes
        : bytes.subarray(from, from + room);
      this.#last.at(-1)?.set(part, at);
      this.#lastLength += part.length;
      from += part.length;
      if (this.#lastLength === PIECE_BYTES) this.#packLast();
    }
  }

  /** Reads some bytes from `position`; none only at the end. */
  read(position: number): Bytes {
    const number = Math.floor(position / PIECE_BYTES);
    const from = position % PIECE_BYTES;
    if (number === this.#packed.length) return this.#readLast(from);
    const packed = this.#packed[number];
    if (!packed) throw new RangeError(`Cannot read dropped bytes: ${position}`);
    return unpack(packed).subarray(from);
  }

  /** Frees the pieces that end before `position`. */
  dropBefore(position: number): void {
    const end = Math.min(
      Math.floor(position / PIECE_BYTES),
      this.#packed.length,
    );
    for (let i = end - 1; i >= 0 && this.#packed[i] !== null; i--) {
      this.#packed[i] = null;
    }
  }

  /**
   * The first `length` bytes, compressed: each piece is preceded by its length.
   *
   * @throws {RangeError} if some of them were dropped.
   */
  pack(length: number): Bytes {
    const pieces: Bytes[] = [];
    for (let at = 0; at < length; at += PIECE_BYTES) {
      const packed = this.#packed[at / PIECE_BYTES];
      const isWhole = packed && at + PIECE_BYTES <= length;
      pieces.push(isWhole ? packed : pack(this.#slice(at, length)));
    }
    return joinBytes(pieces.flatMap((piece) => [uint32(piece.length), piece]));
  }

  /**
   * Restores a recording from the result of {@linkcode Recording.pack}.
   *
   * @throws {Error} for anything else.
   */
  static unpack(packed: Bytes): Recording {
    const recording = new Recording();
    const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
    for (let at = 0; at < packed.length;) {
      const length = view.getUint32(at);
      const piece = packed.subarray(at + 4, at + 4 + length);
      if (piece.length < length) throw new RangeError("Cannot unpack: cut off");
      at += 4 + length;
      if (at < packed.length) recording.#packed.push(piece);
      else recording.append(unpack(piece));
    }
    return recording;
  }

  #readLast(from: number): Bytes {
    const start = from - from % SEGMENT_BYTES;
    const segment = this.#last[start / SEGMENT_BYTES];
    return segment?.subarray(from - start, this.#lastLength - start) ??
      new Uint8Array();
  }

  /** Bytes from `start` to `end` or to the end of their piece. */
  #slice(start: number, end: number): Bytes {
    const parts: Bytes[] = [];
    const until = Math.min(end, start + PIECE_BYTES);
    for (let at = start; at < until;) {
      const part = this.read(at);
      parts.push(part);
      at += part.length;
    }
    return joinBytes(parts).subarray(0, until - start);
  }

  /** The segments are not reused: readers may still hold a part of one. */
  #packLast(): void {
    this.#packed.push(pack(joinBytes(this.#last)));
    this.#last = [];
    this.#lastLength = 0;
  }
}

function pack(bytes: Bytes): Bytes {
  return new Uint8Array(zstdCompressSync(bytes));
}

function unpack(packed: Bytes): Bytes {
  const options = { maxOutputLength: PIECE_BYTES };
  return new Uint8Array(zstdDecompressSync(packed, options));
}

function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
