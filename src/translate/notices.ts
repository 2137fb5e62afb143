/**
 * What could not be translated exactly, worded for the log and the
 * `x-ccproxy-notice` header: nothing is dropped silently.
 */
export class Notices {
  readonly #texts = new Set<string>();

  /** Adds a notice once, e.g. `top_k left out`. */
  add(text: string): void {
    this.#texts.add(text);
  }

  /** Drops all notices: what they were about is being redone. */
  clear(): void {
    this.#texts.clear();
  }

  list(): readonly string[] {
    return [...this.#texts];
  }
}
