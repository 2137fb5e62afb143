/**
 * What could not be translated as it was, in words for the log and the
 * `x-ccproxy-notice` header: nothing is left out in silence.
 */
export class Notices {
  readonly #texts = new Set<string>();

  /** Notes something once, e.g. `top_k left out`. */
  add(text: string): void {
    this.#texts.add(text);
  }

  /** Forgets all: what they were about is done anew. */
  clear(): void {
    this.#texts.clear();
  }

  list(): readonly string[] {
    return [...this.#texts];
  }
}
