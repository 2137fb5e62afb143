import type { KvGate } from "./kv_gate.ts";
import { chunkKeys, IndexRecord, kvKey } from "./kv_records.ts";
import type { StoreKey } from "./store.ts";

/** What writing depends on. */
export interface WriterDeps {
  gate: Pick<KvGate, "write">;
  /** Epoch milliseconds. */
  now: () => number;
}

/** The index record of bytes, if there is one. */
export async function readIndex(
  kv: Deno.Kv,
  key: StoreKey,
): Promise<IndexRecord | undefined> {
  const { value } = await kv.get(kvKey("index", key));
  return IndexRecord.safeParse(value).data;
}

/** Deletes bytes with all their records. */
export function deleteBytes(
  atomic: Deno.AtomicOperation,
  key: StoreKey,
  index: IndexRecord | undefined,
): void {
  atomic.delete(kvKey("bytes", key)).delete(kvKey("index", key));
  for (const chunk of index ? chunkKeys(index) : []) atomic.delete(chunk);
}

/** The database's expiry: whole milliseconds, at least one. */
export function expireInOf(
  expiresAt: number,
  { now }: Pick<WriterDeps, "now">,
): number {
  return Math.max(1, Math.ceil(expiresAt - now()));
}
