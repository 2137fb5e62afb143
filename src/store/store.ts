import type { z } from "zod";

/** Where a value stands: made by `keys.ts`, nowhere else. */
export type StoreKey = readonly (string | number)[];

/** Bytes as the store takes and gives them. */
export type StoreBytes = Uint8Array<ArrayBuffer>;

/** How long something is kept. */
export interface Expiry {
  /** Milliseconds from now on; after that it is never given again. */
  ttlMs: number;
}

/** A value and where it stands. */
export interface StoreEntry<T> {
  key: StoreKey;
  value: T;
}

/** Which values are listed. */
export interface ListOptions {
  /** Begins behind this key: the last one of the page before, or a moment. */
  after?: StoreKey;
  /** Most entries given. */
  limit?: number;
}

/** What {@linkcode Store.putBytes} has put under a prefix. */
export interface StoreUsage {
  entries: number;
  bytes: number;
}

/** A claim that one holder has at a time, in all instances. */
export interface Lease {
  /** Holds it for its whole time again; `false`: it was lost meanwhile. */
  renew(): Promise<boolean>;
  /** Lets the next one have it. */
  release(): void;
}

/** `null` if all is well, else why the store is out of order. */
export type StoreTrouble = string | null;

/**
 * What is shared with later requests, other threads, other instances and the
 * next start. Nothing in it is needed to answer a request.
 *
 * No method ever throws or rejects, and none waits for long: a store that is
 * slow, full, locked or gone behaves like an empty one, says so once in the log
 * and in `trouble`, and is tried again later. Writes are queued and written
 * together off the request's path; reads see what is still queued.
 */
export interface Store {
  /**
   * Reads a value.
   *
   * @returns `null` if it is absent, expired, broken or not of the schema.
   */
  get<T>(key: StoreKey, schema: z.ZodType<T>): Promise<T | null>;
  /** Writes a small value, whatever JSON can say; kept until it expires. */
  put(key: StoreKey, value: unknown, expiry: Expiry): void;
  /** Reads bytes. @returns `null` if they are absent, expired or broken. */
  getBytes(key: StoreKey): Promise<StoreBytes | null>;
  /**
   * Writes bytes, however many, whole or not at all; not to be changed after.
   * Where the store grows too large, what was not read for the longest time
   * goes before it expires.
   */
  putBytes(key: StoreKey, bytes: StoreBytes, expiry: Expiry): void;
  /** Deletes a value, a sum or bytes. */
  delete(key: StoreKey): void;
  /** Reads values and sums below a prefix, in the order of their keys. */
  list<T>(
    prefix: StoreKey,
    schema: z.ZodType<T>,
    options?: ListOptions,
  ): Promise<StoreEntry<T>[]>;
  /**
   * Adds to a sum, a record of numbers; every amount counts exactly once,
   * however many instances add. Read it with `get` or `list`. Money is best
   * added in whole millionths, as fractions of dollars do not add up.
   */
  add(
    key: StoreKey,
    amounts: Readonly<Record<string, number>>,
    expiry: Expiry,
  ): void;
  /**
   * Claims what only one may do at a time.
   *
   * @returns `null` if somebody else holds it. Of a store that is out of order
   * everybody gets the lease: there is nobody to wait for.
   */
  lease(key: StoreKey, expiry: Expiry): Promise<Lease | null>;
  /** Counts the bytes below a prefix. */
  usage(prefix: StoreKey): Promise<StoreUsage>;
  /** Deletes everything below a prefix. */
  clear(prefix: StoreKey): Promise<void>;
  /** Resolves when everything queued so far is written, or cannot be. */
  flush(): Promise<void>;
  readonly trouble: StoreTrouble;
}
