import {
  type BytesRecord,
  checksumOf,
  CHUNK_BYTES,
  chunkKeys,
  CHUNKS_PER_ATOMIC,
  type IndexRecord,
  kvKey,
} from "./kv_records.ts";
import { expireInOf, readIndex, type WriterDeps } from "./kv_mutations.ts";
import type { WriteOf } from "./write_queue.ts";

/**
 * Writes bytes: the chunks first; the last one is written together with the
 * record that makes them an entry, and replaces the previous one. After a crash
 * in between, the old entry remains, and the new chunks expire unused.
 */
export async function writeBytes(
  { key, bytes, expiresAt }: WriteOf<"bytes">,
  deps: WriterDeps,
): Promise<void> {
  const { gate, now } = deps;
  const isWhole = bytes.length <= CHUNK_BYTES;
  const entry: Omit<IndexRecord, "usedAt"> = {
    expiresAt,
    sizeBytes: bytes.length,
    generation: crypto.randomUUID(),
    chunkCount: isWhole ? 0 : Math.ceil(bytes.length / CHUNK_BYTES),
  };
  // Copies, since a view would be written with its whole buffer.
  const chunks = chunkKeys(entry).map((key, index) => ({
    key,
    value: bytes.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  }));
  const record: BytesRecord = {
    ...entry,
    checksum: await checksumOf(bytes),
    bytes: isWhole ? bytes.slice() : new Uint8Array(),
  };
  const index: IndexRecord = { ...entry, usedAt: now() };
  while (chunks.length > CHUNKS_PER_ATOMIC) {
    const some = chunks.splice(0, CHUNKS_PER_ATOMIC);
    await gate.write((kv) => setAll(kv.atomic(), some).commit());
  }
  await gate.write(async (kv) => {
    const atomic = setAll(kv.atomic(), chunks);
    const before = await readIndex(kv, key);
    if (before?.generation === entry.generation) return; // done, although it failed
    for (const chunk of before ? chunkKeys(before) : []) atomic.delete(chunk);
    const expireIn = expireInOf(expiresAt, deps);
    await atomic
      .set(kvKey("bytes", key), record, { expireIn })
      .set(kvKey("index", key), index, { expireIn })
      .commit();
  });

  function setAll(
    atomic: Deno.AtomicOperation,
    records: readonly { key: Deno.KvKey; value: unknown }[],
  ): Deno.AtomicOperation {
    const expireIn = expireInOf(expiresAt, deps);
    for (const { key, value } of records) atomic.set(key, value, { expireIn });
    return atomic;
  }
}
