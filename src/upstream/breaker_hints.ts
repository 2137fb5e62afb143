import { z } from "zod";
import { breakerKey } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { Lane } from "./lane.ts";

/** A lane as every instance knows it: numbers of keys may differ. */
export type HintedLane = Pick<Lane, "url" | "model" | "seed">;

/** What instances and threads tell each other of their breakers. */
export interface BreakerHints {
  /** Ours has opened, for so long in milliseconds. */
  opened(lane: HintedLane, forMs: number): void;
  /** Ours has closed: the upstream answers again. */
  closed(lane: HintedLane): void;
  /**
   * How much longer another's is open, in milliseconds; 0: none is, or nobody
   * knows. Never rejects.
   */
  openMs(lane: HintedLane): Promise<number>;
}

/** What {@linkcode createBreakerHints} works with. */
export interface BreakerHintsOptions {
  store: Pick<Store, "get" | "put" | "delete">;
  /** Epoch milliseconds. */
  now: () => number;
}

const Hint = z.object({
  /** Epoch milliseconds: other instances have other clocks that never go back. */
  openUntil: z.number(),
});

/** Makes {@linkcode BreakerHints} of the store, which forgets them in time. */
export function createBreakerHints(
  { store, now }: BreakerHintsOptions,
): BreakerHints {
  return {
    opened(lane, forMs) {
      const ttlMs = Math.ceil(forMs);
      store.put(breakerKey(lane), { openUntil: now() + ttlMs }, { ttlMs });
    },
    closed: (lane) => store.delete(breakerKey(lane)),
    async openMs(lane) {
      const hint = await store.get(breakerKey(lane), Hint);
      return hint ? Math.max(0, hint.openUntil - now()) : 0;
    },
  };
}
