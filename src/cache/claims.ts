import type { Store } from "../store/store.ts";

/** The right to ask for an answer; others wait for it. */
export interface Claim {
  release(): void;
}

/** What one flight has claimed, and gives up when it can be joined no more. */
export class Claims {
  readonly #store: Pick<Store, "flush">;
  readonly #held: Claim[] = [];
  #isReleased = false;

  constructor(store: Pick<Store, "flush">) {
    this.#store = store;
  }

  /** @param claim Given up at once if all who waited have left meanwhile. */
  add(claim: Claim | null | undefined): void {
    if (this.#isReleased) claim?.release();
    else if (claim) this.#held.push(claim);
  }

  /** @param hasWritten Then whoever has it next finds what is written. */
  async release({ hasWritten = false } = {}): Promise<void> {
    this.#isReleased = true;
    if (this.#held.length === 0) return;
    if (hasWritten) await this.#store.flush();
    for (const claim of this.#held.splice(0)) claim.release();
  }
}
