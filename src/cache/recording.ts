import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/**
 * Bytes in one piece. An answer's events resemble each other, so that pieces of
 * this size shrink to a thirtieth; packing one takes 0.1 ms.
 */
const PIECE_BYTES = 64 * 1024;

/** What a last piece begins with; most answers are small. */
const FIRST_BYTES = 4 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Bytes in the order they came, packed as they come, read from anywhere.
 *
 * `node:zlib` compresses on the event loop, its asynchronous functions as well:
 * piece by piece it never holds it up.
 */
export class Recording {
  /** Whole pieces; `null` for those nobody reads any more. */
  readonly #packed: (Bytes | null)[] = [];
  /** What follows the whole pieces. */
  #last: Bytes = new Uint8Array(0);
  #lastLength = 0;

  /** All bytes so far, those that were dropped included. */
  get length(): number {
    return this.#packed.length * PIECE_BYTES + this.#lastLength;
  }

  /** What it takes in memory. */
  get memoryBytes(): number {
    return this.#packed.reduce(
      (sum, piece) => sum + (piece?.length ?? 0),
      this.#last.length,
    );
  }

  /** @param bytes Copied: the caller may use them again. */
  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      this.#makeRoom(bytes.length - from);
      const room = PIECE_BYTES - this.#lastLength;
      const part = bytes.length <= room && from === 0
        ? bytes
        : bytes.subarray(from, from + room);
      this.#last.set(part, this.#lastLength);
      this.#lastLength += part.length;
      from += part.length;
      if (this.#lastLength < PIECE_BYTES) continue;
      this.#packed.push(pack(this.#last));
      // Not used again: readers may still hold a part of it.
      this.#last = new Uint8Array(0);
      this.#lastLength = 0;
    }
  }

  /** Reads from `position`, up to its piece's end; none at the very end. */
  read(position: number): Bytes {
    const number = Math.floor(position / PIECE_BYTES);
    const from = position % PIECE_BYTES;
    if (number === this.#packed.length) {
      return this.#last.subarray(from, this.#lastLength);
    }
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

  /** The first `length` bytes, packed: each piece after its own length. */
  pack(length: number): Bytes {
    const pieces: Bytes[] = [];
    for (let at = 0; at < length; at += PIECE_BYTES) {
      const whole = this.#packed[at / PIECE_BYTES];
      const isWhole = whole && at + PIECE_BYTES <= length;
      pieces.push(isWhole ? whole : pack(this.read(at).slice(0, length - at)));
    }
    const size = pieces.reduce((sum, { length }) => sum + 4 + length, 0);
    const out = new Uint8Array(size);
    const view = new DataView(out.buffer);
    let at = 0;
    for (const piece of pieces) {
      view.setUint32(at, piece.length);
      out.set(piece, at + 4);
      at += 4 + piece.length;
    }
    return out;
  }

  /**
   * Makes a recording of what {@linkcode Recording.pack} has made.
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

  /** Grows the last piece so that some of `bytes` more fit in. */
  #makeRoom(bytes: number): void {
    const wanted = Math.min(this.#lastLength + bytes, PIECE_BYTES);
    if (wanted <= this.#last.length) return;
    let size = Math.max(FIRST_BYTES, this.#last.length);
    while (size < wanted) size *= 4;
    const larger = new Uint8Array(size);
    larger.set(this.#last.subarray(0, this.#lastLength));
    this.#last = larger;
  }
}

function pack(bytes: Bytes): Bytes {
  return new Uint8Array(zstdCompressSync(bytes));
}

function unpack(packed: Bytes): Bytes {
  const options = { maxOutputLength: PIECE_BYTES };
  return new Uint8Array(zstdDecompressSync(packed, options));
}
