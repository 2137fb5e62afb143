import { z } from "zod";
import { breakerKey } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { Lane } from "./lane.ts";

/** A lane as all instances know it: they may number their keys differently. */
export type HintedLane = Pick<Lane, "url" | "model" | "seed">;

/** What instances and threads tell each other about their breakers. */
export interface BreakerHints {
  /** Our breaker has opened, for this many milliseconds. */
  opened(lane: HintedLane, forMs: number): void;
  /** Our breaker has closed: the upstream answers again. */
  closed(lane: HintedLane): void;
  /**
   * How much longer another instance's breaker is open, in milliseconds; 0:
   * none is, or it is unknown. Never rejects.
   */
  openMs(lane: HintedLane): Promise<number>;
}

/** What {@linkcode createBreakerHints} depends on. */
export interface BreakerHintsOptions {
  store: Pick<Store, "get" | "put" | "delete">;
  /** Epoch milliseconds. */
  now: () => number;
}

const Hint = z.object({
  /** Epoch milliseconds: monotonic clocks differ between instances. */
  openUntil: z.number(),
});

/** Creates {@linkcode BreakerHints} in the store, which expires them. */
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
