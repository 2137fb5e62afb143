/** How many counts are kept, and for how long. */
export interface KnownCountsOptions {
  ttlMs: number;
  /** Milliseconds. */
  now: () => number;
  maxTexts?: number;
  /** Of all texts together. */
  maxChars?: number;
}

/**
 * Token counts of texts; what was not asked for the longest time goes first.
 *
 * Kept by the text itself and not by a hash of it: looking up 1 KB takes 0.3 µs
 * then, and hashing it 20 µs.
 */
export class KnownCounts {
  readonly #options: Required<KnownCountsOptions>;
  readonly #counts = new Map<string, { tokens: number; expiresAt: number }>();
  #chars = 0;

  constructor(
    { maxTexts = 20_000, maxChars = 8_000_000, ...rest }: KnownCountsOptions,
  ) {
    this.#options = { maxTexts, maxChars, ...rest };
  }

  /** Tokens of a text; `undefined`: not known, or not any more. */
  get(text: string): number | undefined {
    const known = this.#counts.get(text);
    if (!known) return undefined;
    this.#delete(text);
    if (known.expiresAt <= this.#options.now()) return undefined;
    this.#counts.set(text, known); // to stand last
    this.#chars += text.length;
    return known.tokens;
  }

  set(text: string, tokens: number): void {
    const { ttlMs, now, maxTexts, maxChars } = this.#options;
    if (this.#counts.has(text)) this.#delete(text);
    this.#counts.set(text, { tokens, expiresAt: now() + ttlMs });
    this.#chars += text.length;
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= maxTexts && this.#chars <= maxChars) break;
      this.#delete(oldest);
    }
  }

  #delete(text: string): void {
    this.#counts.delete(text);
    this.#chars -= text.length;
  }
}
