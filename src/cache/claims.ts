import type { Store } from "../store/store.ts";

/** The right to ask for an answer, while others wait for it. */
export interface Claim {
  release(): void;
}

/** What one flight has claimed; released when it can no longer be joined. */
export class Claims {
  readonly #store: Pick<Store, "flush">;
  readonly #held: Claim[] = [];
  #isReleased = false;

  constructor(store: Pick<Store, "flush">) {
    this.#store = store;
  }

  /** @param claim Released at once if everyone who waited has already left. */
  add(claim: Claim | null | undefined): void {
    if (this.#isReleased) claim?.release();
    else if (claim) this.#held.push(claim);
  }

  /** @param hasWritten Then the next holder finds what was written. */
  async release({ hasWritten = false } = {}): Promise<void> {
    this.#isReleased = true;
    if (this.#held.length === 0) return;
    if (hasWritten) await this.#store.flush();
    for (const claim of this.#held.splice(0)) claim.release();
  }
}
