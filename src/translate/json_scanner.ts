const QUOTE = 0x22, BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]), CLOSING = new Set([0x5d, 0x7d]);

/**
 * Finds where an object's JSON text ends, fragment by fragment. One pass over
 * the text, which is not stored: reparsing everything at every fragment would
 * take quadratic time.
 */
export class JsonScanner {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #complete = false;

  /** Whether the outermost object or array has closed. */
  get complete(): boolean {
    return this.#complete;
  }

  /** @returns The part of `fragment` that belongs to the object. */
  push(fragment: string): string {
    for (let i = 0; i < fragment.length; i++) {
      if (this.#complete) return fragment.slice(0, i);
      this.#step(fragment.charCodeAt(i));
    }
    return fragment;
  }

  #step(code: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === BACKSLASH) this.#escaped = true;
      else if (code === QUOTE) this.#inString = false;
    } else if (code === QUOTE) {
      this.#inString = true;
    } else if (OPENING.has(code)) {
      this.#depth++;
    } else if (CLOSING.has(code)) {
      this.#depth--;
      this.#complete = this.#depth <= 0;
    }
  }
}
