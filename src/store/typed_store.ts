import type { z } from "zod";
import { parseJson } from "../parse_json.ts";
import type { RawStore } from "./raw_store.ts";
import type { Store } from "./store.ts";

/**
 * Adds schemas and leases to a store: what it returns may have been written by
 * an older or a different program, so it is validated.
 */
export function createTypedStore(raw: RawStore): Store {
  return {
    get: async (key, schema) => accept(schema, await raw.read(key)),
    put: (key, value, expiry) =>
      raw.put(key, JSON.stringify(value ?? null), expiry),
    getBytes: (key) => raw.readBytes(key),
    putBytes: (key, bytes, expiry) => raw.putBytes(key, bytes, expiry),
    delete: (key) => raw.delete(key),
    async list(prefix, schema, options = {}) {
      const entries = await raw.list(prefix, options);
      return entries.flatMap(({ key, value: json }) => {
        const value = accept(schema, json);
        return value === null ? [] : [{ key, value }];
      });
    },
    add: (key, amounts, expiry) => raw.add(key, amounts, expiry),
    async lease(key, { ttlMs }) {
      const claim = { owner: crypto.randomUUID(), ttlMs };
      if (!await raw.claim(key, claim)) return null;
      return {
        renew: () => raw.claim(key, claim),
        release: () => raw.release(key, claim.owner),
      };
    },
    usage: (prefix) => raw.usage(prefix),
    clear: (prefix) => raw.clear(prefix),
    flush: () => raw.flush(),
    get trouble() {
      return raw.trouble;
    },
  };
}

function accept<T>(schema: z.ZodType<T>, json: string | null): T | null {
  const value = json === null ? undefined : parseJson(json);
  if (value === undefined) return null; // absent, or not JSON
  const result = schema.safeParse(value);
  return result.success ? result.data : null;
}
