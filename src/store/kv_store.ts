import type { Logger } from "../log.ts";
import { SWEEP_LEASE } from "./keys.ts";
import { deleteEntries, KvEviction } from "./kv_eviction.ts";
import { KvGate, type StoreTimes } from "./kv_gate.ts";
import { claimLease, releaseLease } from "./kv_lease.ts";
import { isKey, kvKey, MAX_ENTRY_BYTES, MAX_JSON_CHARS } from "./kv_records.ts";
import { listValues, readBytes, readValue } from "./kv_reader.ts";
import { scan, scanIndex } from "./kv_scan.ts";
import { writeAll } from "./kv_writer.ts";
import type { RawStore } from "./raw_store.ts";
import type { StoreKey } from "./store.ts";
import { isCopy, type Write, WriteQueue } from "./write_queue.ts";

/** What {@linkcode createKvStore} depends on. */
export interface KvStoreOptions {
  /** Opens the database; called again when it was lost. */
  open: () => Promise<Deno.Kv>;
  log: Pick<Logger, "info" | "warn">;
  /** Epoch milliseconds. */
  now?: () => number;
  times?: Partial<StoreTimes>;
  /** Most bytes that `putBytes` keeps. */
  maxBytes?: number;
}

/** A store that can be closed. */
export interface KvStore extends RawStore, AsyncDisposable {}

const TIMES: StoreTimes = {
  readMs: 500,
  writeMs: 5_000,
  patienceMs: 2_000,
  retryMs: 10_000,
  gatherMs: 100,
};
const MAX_BYTES = 256_000_000;
/** A read is recorded only if the last record is older than this. */
const TOUCH_MS = 10 * 60_000;
const SWEEP_LEASE_MS = 60_000;
const MAX_ROUNDS = 10;
const MAX_MUTATIONS = 500;

/** Creates a store on a Deno KV database; only one per process may own it. */
export function createKvStore(
  {
    open,
    log,
    now = Date.now,
    times: givenTimes,
    maxBytes = MAX_BYTES,
  }: KvStoreOptions,
): KvStore {
  const times = { ...TIMES, ...givenTimes };
  const owner = crypto.randomUUID();
  const queue = new WriteQueue();
  const gate = new KvGate({ open, log, now, times, onRecovery: schedule });
  const deps = { gate, now };
  const eviction = new KvEviction({
    ...deps,
    maxBytes,
    lease: {
      claim: () =>
        claimLease(deps, SWEEP_LEASE, { owner, ttlMs: SWEEP_LEASE_MS }),
      release: () => releaseLease(deps, SWEEP_LEASE, owner),
    },
  });
  const releasing = new Set<Promise<void>>();
  let additions = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round: Promise<void> | undefined;

  function push(write: Write): void {
    if (!isKey(write.key)) {
      return log.warn("too long a key for the store", { key: write.key[0] });
    }
    if (gate.trouble !== null && isCopy(write.kind)) return;
    if (!queue.push(write) && !isCopy(write.kind)) {
      log.warn("too much to write to the store", { key: write.key[0] });
    }
    schedule();
  }

  function schedule(): void {
    if (gate.trouble !== null || round) return;
    timer ??= setTimeout(() => void writeOnce(), times.gatherMs);
  }

  /** Writes what is queued; one round at a time. */
  function writeOnce(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return round ??= writeRound().finally(() => {
      round = undefined;
      if (!queue.isEmpty) schedule();
    });
  }

  async function writeRound(): Promise<void> {
    const writes = queue.take();
    for (const write of writes) {
      if (write.kind === "bytes") eviction.note(write.bytes.length);
    }
    queue.done(await writeAll(writes, deps));
    if (gate.trouble !== null) return queue.dropCopies();
    await orElse(undefined, eviction.sweep());
  }

  async function flush(): Promise<void> {
    for (let left = MAX_ROUNDS; left > 0 && !queue.isEmpty; left--) {
      if (gate.trouble !== null) break;
      await writeOnce();
    }
    await Promise.all(releasing);
  }

  return {
    async read(key) {
      const write = queue.find(key);
      if (write?.kind === "value") {
        return write.expiresAt > now() ? write.json : null;
      }
      if (write?.kind === "delete") return null;
      if (write) await flush(); // a sum
      return isKey(key) ? await orElse(null, readValue(deps, key)) : null;
    },
    async readBytes(key) {
      const write = queue.find(key);
      if (write?.kind === "bytes") {
        return write.expiresAt > now() ? write.bytes : null;
      }
      if (write?.kind === "delete" || !isKey(key)) return null;
      const found = await orElse(null, readBytes(deps, key));
      if (!found) return null;
      if (found.usedAt + TOUCH_MS < now()) {
        push({ kind: "touch", key, usedAt: now() });
      }
      return found.bytes;
    },
    async list(prefix, options) {
      await flush();
      return await orElse([], listValues(deps, prefix, options));
    },
    put(key, json, { ttlMs }) {
      if (json.length > MAX_JSON_CHARS) {
        return log.warn("too large a value for the store", {
          key: key[0],
          chars: json.length,
        });
      }
      push({ kind: "value", key, json, expiresAt: now() + ttlMs });
    },
    putBytes(key, bytes, { ttlMs }) {
      if (bytes.length > Math.min(MAX_ENTRY_BYTES, maxBytes / 4)) return;
      push({ kind: "bytes", key, bytes, expiresAt: now() + ttlMs });
    },
    delete: (key) => push({ kind: "delete", key }),
    add(key, amounts, { ttlMs }) {
      const addition = `${owner} ${++additions}`;
      const expiresAt = now() + ttlMs;
      const isFresh = false;
      push({ kind: "sum", key, amounts, expiresAt, addition, isFresh });
    },
    // If the store does not work, nobody else can be waited for.
    claim: (key, claim) => orElse(true, claimLease(deps, key, claim)),
    release(key, owner) {
      const release = orElse(undefined, releaseLease(deps, key, owner))
        .finally(() => releasing.delete(release));
      releasing.add(release);
    },
    async usage(prefix) {
      await flush();
      return await orElse({ entries: 0, bytes: 0 }, count(prefix));
    },
    async clear(prefix) {
      await flush();
      await orElse(undefined, clear(prefix));
    },
    flush,
    get trouble() {
      return gate.trouble;
    },
    async [Symbol.asyncDispose]() {
      await flush();
      clearTimeout(timer);
      await gate.close();
    },
  };

  async function count(prefix: StoreKey) {
    let entries = 0, bytes = 0;
    for await (const { index } of scanIndex(deps, prefix)) {
      entries++;
      bytes += index.sizeBytes;
    }
    return { entries, bytes };
  }

  async function clear(prefix: StoreKey) {
    await deleteEntries(gate, await Array.fromAsync(scanIndex(deps, prefix)));
    const values = await Array.fromAsync(scan(deps, kvKey("value", prefix)));
    for (let first = 0; first < values.length; first += MAX_MUTATIONS) {
      const some = values.slice(first, first + MAX_MUTATIONS);
      await gate.write((kv) => {
        const atomic = kv.atomic();
        for (const { key } of some) atomic.delete(key);
        return atomic.commit();
      });
    }
  }
}

/** The result when the store does not work; the gate has reported why. */
async function orElse<T>(fallback: T, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    return fallback;
  }
}
