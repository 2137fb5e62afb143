const LF = 0x0a, CR = 0x0d;

/**
 * Finds where server-sent events end, read by read: after a blank line, with
 * any of the three line endings.
 *
 * @see {@link
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream}
 */
export class EventSplitter {
  #isLineEmpty = true;
  #afterCr = false;
  /** Beginning of the unfinished event. */
  #open: Uint8Array[] = [];
  #openBytes = 0;

  /** Size of the unfinished event so far. */
  get openBytes(): number {
    return this.#openBytes;
  }

  /**
   * @param bytes Valid until the next call; what is kept is copied.
   * @returns Whole events, including blank lines. Concatenated, all results
   * equal all that was pushed, except for the unfinished event.
   */
  push(bytes: Uint8Array): Uint8Array[] {
    const events: Uint8Array[] = [];
    let start = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (!this.#endsEvent(bytes[i])) continue;
      if (this.#afterCr && bytes[i + 1] === LF) i++;
      events.push(this.#close(bytes.subarray(start, i + 1)));
      start = i + 1;
    }
    if (start < bytes.length) {
      this.#open.push(bytes.slice(start));
      this.#openBytes += bytes.length - start;
    }
    return events;
  }

  #endsEvent(byte: number | undefined): boolean {
    const isCrLf = byte === LF && this.#afterCr;
    this.#afterCr = byte === CR;
    if (isCrLf) return false; // its CR has ended the line
    if (byte !== LF && byte !== CR) {
      this.#isLineEmpty = false;
      return false;
    }
    const isBlank = this.#isLineEmpty;
    this.#isLineEmpty = true;
    return isBlank;
  }

  #close(end: Uint8Array): Uint8Array {
    const event = joinBytes([...this.#open, end]);
    this.#open = [];
    this.#openBytes = 0;
    return event;
  }
}

/** Concatenates arrays into a new one. */
export function joinBytes(
  parts: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}
