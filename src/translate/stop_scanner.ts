/** Text that may be passed on, and the stop sequence that ended it, if any. */
export interface Scanned {
  text: string;
  matched: string | null;
}

/**
 * Looks for stop sequences in text that arrives in pieces.
 *
 * Upstreams' own `stop` is unreliable: reasoning models refuse it, others take
 * four at most, and none says which one matched. What may be the start of a
 * sequence is held back until the next piece decides.
 */
export class StopScanner {
  readonly #sequences: readonly string[];
  #held = "";

  constructor(sequences: readonly string[]) {
    this.#sequences = sequences.filter((sequence) => sequence !== "");
  }

  push(piece: string): Scanned {
    if (this.#sequences.length === 0) return { text: piece, matched: null };
    const text = this.#held + piece;
    const match = this.#earliest(text);
    if (match) {
      this.#held = "";
      return { text: text.slice(0, match.at), matched: match.sequence };
    }
    const safe = text.length - this.#longestPartial(text);
    this.#held = text.slice(safe);
    return { text: text.slice(0, safe), matched: null };
  }

  /** What was held back and is now known to be plain text. */
  rest(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }

  /** The sequence that is complete first, so that cuts do not matter. */
  #earliest(text: string): { at: number; sequence: string } | undefined {
    const endOf = ({ at, sequence }: { at: number; sequence: string }) =>
      at + sequence.length;
    return this.#sequences
      .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
      .filter(({ at }) => at !== -1)
      .toSorted((a, b) => endOf(a) - endOf(b) || a.at - b.at)[0];
  }

  /** Length of the longest suffix of `text` that begins a sequence. */
  #longestPartial(text: string): number {
    const longest = this.#sequences.map((sequence) => {
      for (let n = Math.min(sequence.length - 1, text.length); n > 0; n--) {
        if (text.endsWith(sequence.slice(0, n))) return n;
      }
      return 0;
    });
    return Math.max(...longest);
  }
}
