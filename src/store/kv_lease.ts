import type { KvGate } from "./kv_gate.ts";
import { kvKey, LeaseRecord } from "./kv_records.ts";
import type { Claim } from "./raw_store.ts";
import type { StoreKey } from "./store.ts";

/** What leases depend on. */
export interface LeaseDeps {
  gate: Pick<KvGate, "read" | "write">;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Claims a lease, or extends it.
 *
 * @returns Whether the owner has it.
 * @throws {StoreFailure}
 */
export async function claimLease(
  { gate, now }: LeaseDeps,
  key: StoreKey,
  { owner, ttlMs }: Claim,
): Promise<boolean> {
  return await gate.read(async (kv) => {
    const entry = await kv.get(kvKey("lease", key));
    const { data: held } = LeaseRecord.safeParse(entry.value);
    if (held && held.owner !== owner && held.expiresAt > now()) return false;
    const record = { owner, expiresAt: now() + ttlMs };
    const { ok } = await kv.atomic()
      .check(entry)
      .set(entry.key, record, { expireIn: Math.ceil(ttlMs) })
      .commit();
    return ok;
  });
}

/**
 * Releases a lease, unless someone else has it by now.
 *
 * @throws {StoreFailure}
 */
export async function releaseLease(
  { gate }: LeaseDeps,
  key: StoreKey,
  owner: string,
): Promise<void> {
  await gate.write(async (kv) => {
    const entry = await kv.get(kvKey("lease", key));
    const { data: held } = LeaseRecord.safeParse(entry.value);
    if (held?.owner !== owner) return;
    await kv.atomic().check(entry).delete(entry.key).commit();
  });
}
