import type { StoreSettings } from "../config/store_settings.ts";
import { PLATFORM_VARIABLES } from "../config/variables.ts";
import type { Logger } from "../log.ts";
import { platformDataDir } from "../store/data_dir.ts";
import { createKvStore, type KvStore } from "../store/kv_store.ts";

/** The store's settings, with the platform's data folder filled in. */
export function locateStore(settings: StoreSettings): StoreSettings {
  if (settings.kind !== "file") return settings;
  const folder = settings.folder ?? platformDataDir({
    os: Deno.build.os,
    ...Object.fromEntries(
      PLATFORM_VARIABLES.map((name) => [name, Deno.env.get(name)]),
    ),
  });
  return { kind: "file", folder };
}

/** The process's store; opens its database on first use. */
export function openStore(settings: StoreSettings, log: Logger): KvStore {
  return createKvStore({ open: () => openKv(settings), log });
}

/**
 * Opens the store's database, readable by its owner only: answers are private,
 * and SQLite creates world-readable files.
 */
async function openKv(settings: StoreSettings): Promise<Deno.Kv> {
  if (settings.kind === "memory") return await Deno.openKv(":memory:");
  if (settings.kind === "connect") {
    // Deno reads it from there; it may come from .env.
    Deno.env.set("DENO_KV_ACCESS_TOKEN", settings.token.reveal());
    return await Deno.openKv(settings.url);
  }
  const { folder } = settings;
  if (folder === null) {
    throw new Error("No place for it: set CCPROXY_DATA_DIR, or HOME");
  }
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  return await Deno.openKv(`${folder}/store.kv`);
}
