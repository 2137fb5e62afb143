/**
 * What the database contains: values and sums as JSON text; bytes in one
 * record, or in chunks if the record would exceed 64 KiB; for each a small
 * index record, so that they can be counted and the oldest found without
 * reading them; leases. The chunks of one write carry its generation, so that
 * two writes of one key never mix.
 *
 * @module
 */
import { z } from "zod";
import type { StoreBytes, StoreKey } from "./store.ts";

/** Values hold 65 536 bytes after serialisation, atomic operations 819 200. */
export const CHUNK_BYTES = 60_000;
export const CHUNKS_PER_ATOMIC = 13;

/** Strings with characters over U+00FF take two bytes each. */
export const MAX_JSON_CHARS = 30_000;

/** A removal takes a mutation per chunk; an atomic operation allows 1000. */
const MAX_CHUNKS = 900;
export const MAX_ENTRY_BYTES = MAX_CHUNKS * CHUNK_BYTES;

/** A value or a sum. */
export const ValueRecord = z.object({
  expiresAt: z.number(),
  json: z.string(),
  /** Sums: the latest additions, to recognize one that is already done. */
  additions: z.array(z.string()).optional(),
});

/** What {@linkcode Store.usage} counts and eviction selects from. */
export const IndexRecord = z.object({
  expiresAt: z.number(),
  /** When it was last written or, to within minutes, read. */
  usedAt: z.number(),
  sizeBytes: z.int().min(0).max(MAX_ENTRY_BYTES),
  generation: z.string(),
  /** 0: the bytes are in the record itself. */
  chunkCount: z.int().min(0).max(MAX_CHUNKS),
});

/** Bytes, or where they are. */
export const BytesRecord = IndexRecord.omit({ usedAt: true }).extend({
  /** SHA-256 of all bytes, in hexadecimal. */
  checksum: z.string(),
  bytes: z.custom<StoreBytes>((value) => value instanceof Uint8Array),
});

/** The holder of a lease. */
export const LeaseRecord = z.object({
  expiresAt: z.number(),
  owner: z.string(),
});

export type ValueRecord = z.infer<typeof ValueRecord>;
export type IndexRecord = z.infer<typeof IndexRecord>;
export type BytesRecord = z.infer<typeof BytesRecord>;

/** Keys may have 2 048 bytes: up to 4 per character, and part markers. */
const MAX_KEY_CHARS = 450;

/** Kinds of records; the number is the version of this file. */
type Kind = "value" | "bytes" | "index" | "chunk" | "lease";
const ROOT = ["ccproxy", 1];

/** The database key of a record. */
export function kvKey(kind: Kind, key: StoreKey): Deno.KvKey {
  return [...ROOT, kind, ...key];
}

/** The store key of a record. */
export function storeKey(key: Deno.KvKey): StoreKey {
  return key.slice(ROOT.length + 1).map((part) =>
    typeof part === "number" ? part : String(part)
  );
}

/** The database keys of one write's chunks. */
export function chunkKeys(
  { generation, chunkCount }: Pick<IndexRecord, "generation" | "chunkCount">,
): Deno.KvKey[] {
  return Array.from(
    { length: chunkCount },
    (_, index) => kvKey("chunk", [generation, index]),
  );
}

/** Whether the database accepts a key. */
export function isKey(key: StoreKey): boolean {
  const chars = key.map((part) => `${part}`.length + 1)
    .reduce((sum, length) => sum + length, 0);
  return chars <= MAX_KEY_CHARS;
}

/** A checksum, to verify that bytes are those that were written. */
export async function checksumOf(bytes: StoreBytes): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}
