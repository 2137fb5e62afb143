/**
 * Every key of the store. The number is the version of the values under it:
 * raise it when their shape changes, and the old ones are never read again.
 *
 * @module
 */
import type { StoreKey } from "./store.ts";

/** Answers of upstreams: bytes. */
export const RESPONSES: StoreKey = ["response", 1];

/** Token counts of content blocks. */
export const TOKEN_COUNTS: StoreKey = ["tokens", 1];

/** What was learned about upstreams and models. */
export const LESSONS: StoreKey = ["lessons", 1];

/** How far off token estimates are, by upstream and model. */
export const CALIBRATIONS: StoreKey = ["calibration", 1];

/** What was used and paid: sums. */
const LEDGER: StoreKey = ["ledger", 1];

/** Circuit breakers that are open. */
const BREAKERS: StoreKey = ["breaker", 1];

const LEASES: StoreKey = ["lease", 1];

/** Held by the instance that frees space in the store. */
export const SWEEP_LEASE: StoreKey = [...LEASES, "sweep"];

/** @param hash Of the canonical request. */
export function responseKey(hash: string): StoreKey {
  return [...RESPONSES, hash];
}

/** @param hash Of the block's content. */
export function tokenCountKey(encoding: string, hash: string): StoreKey {
  return [...TOKEN_COUNTS, encoding, hash];
}

/** @param url Base URL of the upstream. */
export function lessonsKey(url: string, model: string): StoreKey {
  return [...LESSONS, url, model];
}

/** @param url Base URL of the upstream. */
export function calibrationKey(url: string, model: string): StoreKey {
  return [...CALIBRATIONS, url, model];
}

/** What sums are kept for: whole hours; days of a model, or of a session. */
export type LedgerKind = "hour" | "model" | "session";

/** Sums of one kind. */
export function ledgerPrefix(kind: LedgerKind): StoreKey {
  return [...LEDGER, kind];
}

/**
 * @param start When the hour or day began, as ISO 8601 in UTC, so that it
 * sorts.
 * @param name Of the model or session.
 */
export function ledgerKey(
  kind: LedgerKind,
  start: string,
  name?: string,
): StoreKey {
  return [...ledgerPrefix(kind), start, ...(name === undefined ? [] : [name])];
}

/**
 * @param url Base URL of the upstream.
 * @param seed Stands for the upstream's key, and reveals nothing of it.
 */
export function breakerKey(
  { url, model, seed }: { url: string; model: string; seed: number },
): StoreKey {
  return [...BREAKERS, url, model, seed];
}

/** Key of the lease on a request's flight. */
export function flightLeaseKey(hash: string): StoreKey {
  return [...LEASES, "flight", hash];
}
