import type { KvGate } from "./kv_gate.ts";
import {
  BytesRecord,
  checksumOf,
  chunkKeys,
  IndexRecord,
  kvKey,
  storeKey,
  ValueRecord,
} from "./kv_records.ts";
import { scan, type ScanDeps } from "./kv_scan.ts";
import type { ListOptions, StoreBytes, StoreEntry, StoreKey } from "./store.ts";

/** What reading depends on. */
export interface ReaderDeps extends ScanDeps {
  gate: Pick<KvGate, "read" | "scan">;
}

/** Bytes, and when they were last used. */
export interface FoundBytes {
  bytes: StoreBytes;
  usedAt: number;
}

const MAX_LISTED = 1_000;
/** Keys per read. */
const MAX_READ_KEYS = 10;

/**
 * Reads a value or a sum as JSON.
 *
 * @throws {StoreFailure}
 */
export async function readValue(
  { gate, now }: ReaderDeps,
  key: StoreKey,
): Promise<string | null> {
  const { value } = await gate.read((kv) => kv.get(kvKey("value", key)));
  return toJson(value, now());
}

/**
 * Reads bytes, `null` unless all of them are there as they were written.
 *
 * @throws {StoreFailure}
 */
export async function readBytes(
  deps: ReaderDeps,
  key: StoreKey,
): Promise<FoundBytes | null> {
  const [entry, index] = await deps.gate.read((kv) =>
    kv.getMany([kvKey("bytes", key), kvKey("index", key)])
  );
  const { data: record } = BytesRecord.safeParse(entry.value);
  if (!record || record.expiresAt <= deps.now()) return null;
  const bytes = record.chunkCount === 0
    ? record.bytes
    : await readChunks(deps, record);
  if (bytes?.length !== record.sizeBytes) return null;
  if (await checksumOf(bytes) !== record.checksum) return null;
  const { data: known } = IndexRecord.safeParse(index.value);
  return { bytes, usedAt: known?.usedAt ?? deps.now() };
}

/**
 * Reads values under a prefix.
 *
 * @throws {StoreFailure}
 */
export async function listValues(
  deps: ReaderDeps,
  prefix: StoreKey,
  { after, limit = MAX_LISTED }: ListOptions,
): Promise<StoreEntry<string>[]> {
  const start = after && kvKey("value", after);
  const found: StoreEntry<string>[] = [];
  if (limit <= 0) return found;
  for await (const entry of scan(deps, kvKey("value", prefix), start)) {
    const json = toJson(entry.value, deps.now());
    if (json === null) continue;
    found.push({ key: storeKey(entry.key), value: json });
    if (found.length === limit) break;
  }
  return found;
}

async function readChunks(
  { gate }: ReaderDeps,
  record: BytesRecord,
): Promise<StoreBytes | null> {
  const keys = chunkKeys(record);
  const reads: Promise<Deno.KvEntryMaybe<unknown>[]>[] = [];
  for (let first = 0; first < keys.length; first += MAX_READ_KEYS) {
    const some = keys.slice(first, first + MAX_READ_KEYS);
    reads.push(gate.read((kv) => kv.getMany(some)));
  }
  const bytes = new Uint8Array(record.sizeBytes);
  let length = 0;
  for (const { value } of (await Promise.all(reads)).flat()) {
    // A missing one was overwritten or has expired meanwhile.
    if (!(value instanceof Uint8Array)) return null;
    if (length + value.length > bytes.length) return null;
    bytes.set(value, length);
    length += value.length;
  }
  return length === bytes.length ? bytes : null;
}

function toJson(value: unknown, nowAt: number): string | null {
  const { data: record } = ValueRecord.safeParse(value);
  return record && record.expiresAt > nowAt ? record.json : null;
}
