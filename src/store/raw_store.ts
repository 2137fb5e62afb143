import type {
  Expiry,
  ListOptions,
  StoreBytes,
  StoreEntry,
  StoreKey,
  StoreTrouble,
  StoreUsage,
} from "./store.ts";

/** Who claims a lease, and for how long. */
export interface Claim extends Expiry {
  /** Claiming again with the same name extends the lease. */
  owner: string;
}

/**
 * A store across threads: values as JSON text, leases by their owner's name, no
 * functions. Its guarantees are those of `Store`.
 */
export interface RawStore {
  /** @returns JSON, or `null`. */
  read(key: StoreKey): Promise<string | null>;
  readBytes(key: StoreKey): Promise<StoreBytes | null>;
  list(prefix: StoreKey, options: ListOptions): Promise<StoreEntry<string>[]>;
  /** @param json At most 30 000 characters. */
  put(key: StoreKey, json: string, expiry: Expiry): void;
  putBytes(key: StoreKey, bytes: StoreBytes, expiry: Expiry): void;
  delete(key: StoreKey): void;
  add(
    key: StoreKey,
    amounts: Readonly<Record<string, number>>,
    expiry: Expiry,
  ): void;
  /** @returns Whether the owner has the lease. */
  claim(key: StoreKey, claim: Claim): Promise<boolean>;
  release(key: StoreKey, owner: string): void;
  usage(prefix: StoreKey): Promise<StoreUsage>;
  clear(prefix: StoreKey): Promise<void>;
  flush(): Promise<void>;
  readonly trouble: StoreTrouble;
}
