import type { KvGate } from "./kv_gate.ts";
import { deleteBytes } from "./kv_mutations.ts";
import { type IndexEntry, scanIndex } from "./kv_scan.ts";

/** What {@linkcode KvEviction} depends on. */
export interface EvictionOptions {
  gate: Pick<KvGate, "scan" | "write">;
  /** Epoch milliseconds. */
  now: () => number;
  /** Limit on the bytes kept, including overhead. */
  maxBytes: number;
  /** Held while sweeping; several instances may share the store. */
  lease: {
    claim: () => Promise<boolean>;
    release: () => Promise<void>;
  };
}

/** An entry's overhead: two records, and half-empty rows. */
const ENTRY_OVERHEAD_BYTES = 2_000;
/** Deleting a little more than needed makes sweeps rare. */
const KEPT_SHARE = 0.9;
/** Other instances write, too: share of the limit after which to look again. */
const LOOK_SHARE = 1 / 8;
const MAX_MUTATIONS = 500;

/**
 * Keeps all bytes within a limit: when there may be too many, reads the index
 * and deletes the least recently read. Approximate, as reads are recorded to
 * within minutes and other instances' writes are seen late.
 */
export class KvEviction {
  readonly #options: EvictionOptions;
  /** As of the last sweep; `null` before the first. */
  #keptBytes: number | null = null;
  #writtenBytes = 0;

  constructor(options: EvictionOptions) {
    this.#options = options;
  }

  /** Counts an entry that is about to be written. */
  note(sizeBytes: number): void {
    this.#writtenBytes += sizeBytes + ENTRY_OVERHEAD_BYTES;
  }

  /**
   * Sweeps if there may be too many bytes by now.
   *
   * @throws {StoreFailure}
   */
  async sweep(): Promise<void> {
    const { maxBytes, lease } = this.#options;
    if (this.#writtenBytes === 0) return;
    const isWithin = this.#keptBytes !== null &&
      this.#keptBytes + this.#writtenBytes <= maxBytes &&
      this.#writtenBytes <= maxBytes * LOOK_SHARE;
    if (isWithin || !await lease.claim()) return;
    this.#writtenBytes = 0;
    this.#keptBytes = await this.#sweep();
    await lease.release();
  }

  async #sweep(): Promise<number> {
    const { maxBytes } = this.#options;
    const entries = await Array.fromAsync(scanIndex(this.#options, []));
    let bytes = entries.reduce((sum, entry) => sum + weightOf(entry), 0);
    if (bytes <= maxBytes) return bytes;
    entries.sort((a, b) => a.index.usedAt - b.index.usedAt);
    const evicted: IndexEntry[] = [];
    for (const entry of entries) {
      if (bytes <= maxBytes * KEPT_SHARE) break;
      bytes -= weightOf(entry);
      evicted.push(entry);
    }
    await deleteEntries(this.#options.gate, evicted);
    return bytes;
  }
}

/**
 * Deletes bytes, many at a time.
 *
 * @throws {StoreFailure}
 */
export async function deleteEntries(
  gate: Pick<KvGate, "write">,
  entries: readonly IndexEntry[],
): Promise<void> {
  let group: IndexEntry[] = [];
  let mutations = 0;
  const commit = () =>
    gate.write((kv) => {
      const atomic = kv.atomic();
      for (const { key, index } of group) deleteBytes(atomic, key, index);
      return atomic.commit();
    });
  for (const entry of entries) {
    const own = 2 + entry.index.chunkCount;
    if (group.length > 0 && mutations + own > MAX_MUTATIONS) {
      await commit();
      [group, mutations] = [[], 0];
    }
    group.push(entry);
    mutations += own;
  }
  if (group.length > 0) await commit();
}

function weightOf({ index }: IndexEntry): number {
  return index.sizeBytes + ENTRY_OVERHEAD_BYTES;
}
