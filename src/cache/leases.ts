import { flightLeaseKey } from "../store/keys.ts";
import type { Lease, Store } from "../store/store.ts";

/** What leases depend on. */
export interface LeaseDeps {
  store: Pick<Store, "lease">;
  /** Whether other instances use the store, and may be worth waiting for. */
  isShared: boolean;
  /** Waits; rejects as soon as the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Epoch milliseconds. */
  now: () => number;
}

/** An answer, or the right to ask for it. */
export interface FoundOrClaimed<T> {
  found: T | null;
  /** To be released when the answer is stored; `null`: nobody waits for it. */
  lease: Pick<Lease, "release"> | null;
}

/** How long a claim is held without being renewed, in ms. */
const LEASE_MS = 15_000;

/** How long to wait for another instance's answer, in milliseconds. */
const WAIT_MS = 3_000;

/** Interval between lookups, in milliseconds. */
const LOOK_MS = 50;

/** A store with slower lookups is too slow to wait with, in ms. */
const QUICK_MS = 25;

/** Finds answers, or claims the right to ask for them, across all instances. */
export interface Leases {
  /**
   * Finds an answer. If another instance is asking for it, waits briefly for
   * that one, provided the store is quick enough for waiting to make sense.
   */
  findOrClaim<T>(
    key: string,
    options: { find: () => Promise<T | null>; signal: AbortSignal },
  ): Promise<FoundOrClaimed<T>>;
}

/** Creates {@linkcode Leases}. */
export function createLeases(
  { store, isShared, sleep, now }: LeaseDeps,
): Leases {
  return {
    async findOrClaim(key, { find, signal }) {
      const startedAt = now();
      const found = await find();
      if (found || !isShared) return { found, lease: null };
      const isQuick = now() - startedAt <= QUICK_MS;
      for (let hasWaited = false;; hasWaited = true) {
        const lease = await store.lease(flightLeaseKey(key), {
          ttlMs: LEASE_MS,
        });
        // The previous holder may have stored the answer meanwhile.
        const found = hasWaited ? await find() : null;
        if (found) {
          lease?.release();
          return { found, lease: null };
        }
        if (lease) return { found: null, lease: renewing(lease) };
        if (!isQuick || now() - startedAt >= WAIT_MS) {
          return { found: null, lease: null };
        }
        await sleep(LOOK_MS, signal);
      }
    },
  };
}

/** Renews a lease until it is released. */
function renewing(lease: Lease): Pick<Lease, "release"> {
  const timer = setInterval(() => void lease.renew(), LEASE_MS / 3);
  return {
    release() {
      clearInterval(timer);
      lease.release();
    },
  };
}
