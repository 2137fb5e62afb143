/** How many counts are kept, and for how long. */
export interface KnownCountsOptions {
  ttlMs: number;
  /** Milliseconds. */
  now: () => number;
  maxTexts?: number;
  /** Of all texts together. */
  maxChars?: number;
}

type Counts = Map<string, { tokens: number; expiresAt: number }>;

/**
 * Token counts of texts in two generations: a full one becomes the old one, of
 * which only what is asked for again survives. Each may hold half of the total.
 *
 * Keyed by the text itself and not by its hash: that way looking up 1 KB takes
 * less than 1 µs, while hashing it takes 20 µs.
 */
export class KnownCounts {
  readonly #options: Required<KnownCountsOptions>;
  #young: Counts = new Map();
  #old: Counts = new Map();
  #youngChars = 0;

  constructor(
    { maxTexts = 20_000, maxChars = 8_000_000, ...rest }: KnownCountsOptions,
  ) {
    this.#options = { maxTexts, maxChars, ...rest };
  }

  /** Tokens of a text; `undefined`: not known, or no longer. */
  get(text: string): number | undefined {
    const young = this.#young.get(text);
    const known = young ?? this.#old.get(text);
    if (!known || known.expiresAt <= this.#options.now()) return undefined;
    if (!young) this.#keep(text, known);
    return known.tokens;
  }

  set(text: string, tokens: number): void {
    const expiresAt = this.#options.now() + this.#options.ttlMs;
    this.#keep(text, { tokens, expiresAt });
  }

  #keep(text: string, known: { tokens: number; expiresAt: number }): void {
    const maxTexts = this.#options.maxTexts / 2;
    const maxChars = this.#options.maxChars / 2;
    if (text.length > maxChars) return;
    if (!this.#young.has(text)) this.#youngChars += text.length;
    if (this.#young.size >= maxTexts || this.#youngChars > maxChars) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngChars = text.length;
    }
    this.#young.set(text, known);
  }
}
