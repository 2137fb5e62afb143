/**
 * What a process that writes rounds to a store leaves behind.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { StoreBytes } from "../src/store/store.ts";

/** Keys that are written in turn. */
export const KEYS = 5;

/** How long everything is kept. */
export const KEPT = { ttlMs: 3_600_000 };

/** Sizes for one record, one atomic operation, several. */
const SIZES = [20, 30_000, 61_000, 200_000, 779_996, 1_000_000];

/** Bytes of a round: its number, repeated. */
export function entryOf(round: number): StoreBytes {
  const size = SIZES[round % SIZES.length] ?? 0;
  return new Uint8Array(new Uint32Array(size >> 2).fill(round).buffer);
}

/** The round whose bytes these are; `null`: none. */
export function roundOf(bytes: StoreBytes): number | null {
  const [round = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, 1);
  return Buffer.compare(entryOf(round), bytes) === 0 ? round : null;
}
