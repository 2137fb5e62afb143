/**
 * Admits a limited number of names: each value of a label is a time series of
 * its own, and clients could invent any number of them.
 */
export class BoundedNames {
  readonly #max: number;
  readonly #known = new Set<string>();

  /** @param max Names that are admitted; later ones become `other`. */
  constructor(max: number) {
    this.#max = max;
  }

  /** The name itself, or `other`. */
  name(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#max || name.length > 200) return "other";
    this.#known.add(name);
    return name;
  }
}
