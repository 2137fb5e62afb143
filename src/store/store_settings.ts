/**
 * Settings of the store.
 *
 * @module
 */
import { z } from "zod";
import type { Secret } from "../secret.ts";

/** Where the store is. */
export type StoreSettings =
  /** In memory, gone with the process. */
  | { kind: "memory" }
  /** In a file of this folder; `null`: where the platform keeps data. */
  | { kind: "file"; folder: string | null }
  /** At a server that other instances use, too. */
  | { kind: "connect"; url: string; token: Secret };

/** Each message says what is expected. */
export const STORE_VARIABLES = {
  CCPROXY_DATA_DIR: z.string().optional(),
  CCPROXY_KV_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. http://127.0.0.1:4512",
  }).optional(),
};

type StoreValues = z.infer<z.ZodObject<typeof STORE_VARIABLES>> & {
  DENO_KV_ACCESS_TOKEN?: Secret | undefined;
};

/** A server wins over a folder. */
export function toStoreSettings(
  { CCPROXY_DATA_DIR: folder, CCPROXY_KV_URL: url, DENO_KV_ACCESS_TOKEN }:
    StoreValues,
): StoreSettings {
  if (url && DENO_KV_ACCESS_TOKEN) {
    return { kind: "connect", url, token: DENO_KV_ACCESS_TOKEN };
  }
  if (folder === ":memory:") return { kind: "memory" };
  return { kind: "file", folder: folder ?? null };
}
