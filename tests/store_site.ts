/**
 * A real database in a file of its own, for the stores of several instances.
 *
 * @module
 */
import { createKvStore, type KvStoreOptions } from "../src/store/kv_store.ts";
import { createTypedStore } from "../src/store/typed_store.ts";
import type { Clock, OpenStore, StoreSite } from "./store_conformance.ts";

/** A log that says nothing. */
export const SILENT_LOG = { info: () => {}, warn: () => {} };

/** A site whose stores each open the same file. */
export async function createFileSite(clock: Clock): Promise<StoreSite> {
  const folder = await Deno.makeTempDir();
  const open = () => Deno.openKv(`${folder}/store`);
  return {
    open: () => openStore({ open, now: () => clock.now }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** So that a busy machine does not cause failures. */
export const PATIENT = { readMs: 60_000, writeMs: 60_000 };

/** Opens a store that logs nothing and is patient, by default. */
export function openStore(
  { times, log = SILENT_LOG, ...options }:
    & Omit<KvStoreOptions, "log">
    & Partial<Pick<KvStoreOptions, "log">>,
): OpenStore {
  const raw = createKvStore({
    ...options,
    log,
    times: { ...PATIENT, ...times },
  });
  return {
    store: createTypedStore(raw),
    [Symbol.asyncDispose]: () => raw[Symbol.asyncDispose](),
  };
}
