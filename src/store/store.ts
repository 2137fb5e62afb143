import type { z } from "zod";

/** A value's key: made by `keys.ts`, nowhere else. */
export type StoreKey = readonly (string | number)[];

/** Bytes as the store takes and gives them. */
export type StoreBytes = Uint8Array<ArrayBuffer>;

/** How long something is kept. */
export interface Expiry {
  /** Milliseconds from now; after that it is never returned again. */
  ttlMs: number;
}

/** A value and its key. */
export interface StoreEntry<T> {
  key: StoreKey;
  value: T;
}

/** Which values are listed. */
export interface ListOptions {
  /** Starts after this key: the last one of the previous page, or a time. */
  after?: StoreKey;
  /** Maximum number of entries. */
  limit?: number;
}

/** What {@linkcode Store.putBytes} has stored under a prefix. */
export interface StoreUsage {
  entries: number;
  bytes: number;
}

/** A claim that one holder has at a time, across all instances. */
export interface Lease {
  /** Extends it to its full time again; `false`: it was lost meanwhile. */
  renew(): Promise<boolean>;
  /** Lets the next one have it. */
  release(): void;
}

/** `null` if all is well, else why the store is out of order. */
export type StoreTrouble = string | null;

/**
 * What is shared with later requests, other threads, other instances and the
 * next start. No request needs it to be answered.
 *
 * No method ever throws or rejects, and none waits for long: a store that is
 * slow, full, locked or gone behaves like an empty one, reports that once in
 * the log and in `trouble`, and is retried later. Writes are queued and written
 * together without delaying requests; reads see what is still queued.
 */
export interface Store {
  /**
   * Reads a value.
   *
   * @returns `null` if it is absent, expired, damaged or does not match the
   * schema.
   */
  get<T>(key: StoreKey, schema: z.ZodType<T>): Promise<T | null>;
  /** Writes a small value, anything JSON can express; kept until it expires. */
  put(key: StoreKey, value: unknown, expiry: Expiry): void;
  /** Reads bytes. @returns `null` if they are absent, expired or damaged. */
  getBytes(key: StoreKey): Promise<StoreBytes | null>;
  /**
   * Writes bytes of any size, whole or not at all; they must not be changed
   * afterwards. If the store grows too large, the least recently read are
   * deleted before they expire.
   */
  putBytes(key: StoreKey, bytes: StoreBytes, expiry: Expiry): void;
  /** Deletes a value, a sum or bytes. */
  delete(key: StoreKey): void;
  /** Reads values and sums under a prefix, in the order of their keys. */
  list<T>(
    prefix: StoreKey,
    schema: z.ZodType<T>,
    options?: ListOptions,
  ): Promise<StoreEntry<T>[]>;
  /**
   * Adds to a sum, a record of numbers; every amount counts exactly once,
   * however many instances add. Read it with `get` or `list`. Add money in
   * whole millionths, as fractions of dollars do not add up exactly.
   */
  add(
    key: StoreKey,
    amounts: Readonly<Record<string, number>>,
    expiry: Expiry,
  ): void;
  /**
   * Claims what only one may do at a time.
   *
   * @returns `null` if someone else holds it. If the store is out of order
   * everyone gets the lease: there is nobody to wait for.
   */
  lease(key: StoreKey, expiry: Expiry): Promise<Lease | null>;
  /** Counts the bytes under a prefix. */
  usage(prefix: StoreKey): Promise<StoreUsage>;
  /** Deletes everything under a prefix. */
  clear(prefix: StoreKey): Promise<void>;
  /** Resolves when everything queued so far is written, or cannot be. */
  flush(): Promise<void>;
  readonly trouble: StoreTrouble;
}
