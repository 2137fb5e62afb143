import type { Store, StoreBytes, StoreKey } from "../src/store/store.ts";

/** A store without a disk, for tests of what uses one. */
export function createMemoryStore(): Store {
  const values = new Map<string, { value: unknown; expiresAt: number }>();
  const name = (key: StoreKey) => JSON.stringify(key);
  const isBelow = (prefix: StoreKey, key: string) =>
    key.startsWith(name(prefix).slice(0, -1));
  const read = (key: StoreKey) => {
    const entry = values.get(name(key));
    return entry && entry.expiresAt > Date.now() ? entry.value : null;
  };
  const put = (key: StoreKey, value: unknown, { ttlMs }: { ttlMs: number }) =>
    void values.set(name(key), { value, expiresAt: Date.now() + ttlMs });
  return {
    get: (key, schema) =>
      Promise.resolve(schema.safeParse(read(key)).data ?? null),
    put,
    getBytes: (key) => {
      const value = read(key);
      const bytes = value instanceof Uint8Array ? value : null;
      return Promise.resolve(bytes && new Uint8Array(bytes));
    },
    putBytes: put,
    delete: (key) => void values.delete(name(key)),
    list: () => Promise.resolve([]),
    add() {},
    lease(key, expiry) {
      if (read(key)) return Promise.resolve(null);
      put(key, true, expiry);
      return Promise.resolve({
        renew: () => Promise.resolve(true),
        release: () => void values.delete(name(key)),
      });
    },
    usage(prefix) {
      const bytes = [...values].flatMap(([key, { value }]) =>
        isBelow(prefix, key) && value instanceof Uint8Array
          ? [value.length]
          : []
      );
      const sum = bytes.reduce((a, b) => a + b, 0);
      return Promise.resolve({ entries: bytes.length, bytes: sum });
    },
    clear(prefix) {
      for (const key of values.keys()) {
        if (isBelow(prefix, key)) values.delete(key);
      }
      return Promise.resolve();
    },
    flush: () => Promise.resolve(),
    trouble: null,
  };
}
