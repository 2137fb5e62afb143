import { z } from "zod";
import type { Secret } from "../secret.ts";
import { Seconds } from "./transport_settings.ts";
import type { Environment } from "./variables.ts";

/** Where the store is. */
export type StoreSettings =
  /** In memory, gone with the process. */
  | { kind: "memory" }
  /** In a file in this folder; `null`: where the platform keeps data. */
  | { kind: "file"; folder: string | null }
  /** On a server that other instances use, too. */
  | { kind: "connect"; url: string; token: Secret };

/** Validation of the variables for the store's location, except its token. */
export const STORE_VARIABLES = {
  CCPROXY_DATA_DIR: z.string().optional(),
  CCPROXY_KV_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. http://127.0.0.1:4512",
  }).optional(),
  TOKEN_CACHE_TTL: Seconds,
};

/** Maps the validated variables to settings. */
export function toStoreSettings(
  { CCPROXY_DATA_DIR: folder, CCPROXY_KV_URL: url, DENO_KV_ACCESS_TOKEN }: {
    CCPROXY_DATA_DIR?: string | undefined;
    CCPROXY_KV_URL?: string | undefined;
    DENO_KV_ACCESS_TOKEN?: Secret | undefined;
  },
): StoreSettings {
  if (url && DENO_KV_ACCESS_TOKEN) {
    return { kind: "connect", url, token: DENO_KV_ACCESS_TOKEN };
  }
  if (folder === ":memory:") return { kind: "memory" };
  return { kind: "file", folder: folder ?? null };
}

/** The problem of a server without a token: Deno refuses to open it. */
export function missingToken(
  { CCPROXY_KV_URL, DENO_KV_ACCESS_TOKEN }: Environment,
): string[] {
  if (!CCPROXY_KV_URL || DENO_KV_ACCESS_TOKEN) return [];
  return [
    "DENO_KV_ACCESS_TOKEN: expected the access token of CCPROXY_KV_URL, it is not set",
  ];
}
