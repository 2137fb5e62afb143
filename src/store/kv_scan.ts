import type { KvGate } from "./kv_gate.ts";
import { IndexRecord, kvKey, storeKey } from "./kv_records.ts";
import type { StoreKey } from "./store.ts";

const PAGE_ENTRIES = 500;

/** What large reads depend on. */
export interface ScanDeps {
  gate: Pick<KvGate, "scan">;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Reads all records under a prefix, page by page, so that none takes long.
 *
 * @param after Starts after this key.
 * @throws {StoreFailure}
 */
export async function* scan(
  { gate }: Pick<ScanDeps, "gate">,
  prefix: Deno.KvKey,
  after?: Deno.KvKey,
): AsyncGenerator<Deno.KvEntry<unknown>> {
  let start = after;
  for (;;) {
    const selector = start ? { prefix, start } : { prefix };
    const page = await gate.scan((kv) =>
      Array.fromAsync(kv.list(selector, {
        limit: PAGE_ENTRIES,
        batchSize: PAGE_ENTRIES,
      }))
    );
    for (const entry of page) {
      if (!start || !isSame(entry.key, start)) yield entry;
    }
    if (page.length < PAGE_ENTRIES) return;
    start = page.at(-1)?.key;
  }
}

/** Stored bytes, as described by their index record. */
export interface IndexEntry {
  key: StoreKey;
  index: IndexRecord;
}

/**
 * Reads the index of all bytes under a prefix.
 *
 * @throws {StoreFailure}
 */
export async function* scanIndex(
  deps: ScanDeps,
  prefix: StoreKey,
): AsyncGenerator<IndexEntry> {
  for await (const { key, value } of scan(deps, kvKey("index", prefix))) {
    const { data: index } = IndexRecord.safeParse(value);
    if (index && index.expiresAt > deps.now()) {
      yield { key: storeKey(key), index };
    }
  }
}

function isSame(one: Deno.KvKey, other: Deno.KvKey): boolean {
  return one.length === other.length &&
    one.every((part, index) => part === other[index]);
}
