import { Hono } from "hono";
import type { CacheSettings } from "../cache/cache_settings.ts";
import type { CacheReport } from "../cache/response_cache.ts";
import { toUsd } from "../cost/cost.ts";
import type { RequestEnv } from "../middleware/request_id.ts";

/** What the route depends on. */
export interface CacheDeps {
  cacheSettings: CacheSettings;
  /** The caches of all threads. */
  caches: {
    read: () => Promise<readonly CacheReport[]>;
    clear: () => Promise<void>;
  };
}

/**
 * `GET /v1/cache` reports what the response cache holds and has done since this
 * process started; `DELETE /v1/cache` empties it.
 */
export function cacheRoute(
  { caches, cacheSettings }: CacheDeps,
): Hono<RequestEnv> {
  return new Hono<RequestEnv>()
    .get("/v1/cache", async (c) => {
      const reports = await caches.read();
      const [first] = reports; // all threads share the store
      const sum = (of: (report: CacheReport) => number) =>
        reports.reduce((sum, report) => sum + of(report), 0);
      const hits = sum(({ counts }) => counts.hit);
      const shared = sum(({ counts }) => counts.shared);
      const misses = sum(({ counts }) => counts.miss + counts["store-failed"]);
      const all = hits + shared + misses;
      return c.json({
        mode: cacheSettings.mode,
        ttl_seconds: cacheSettings.ttlMs / 1_000,
        stored: first?.stored ?? { entries: 0, bytes: 0 },
        recent: {
          entries: sum(({ recent }) => recent.entries),
          bytes: sum(({ recent }) => recent.bytes),
        },
        hits,
        shared,
        misses,
        bypassed: sum(({ counts }) => counts.bypass),
        hit_rate: all === 0 ? null : (hits + shared) / all,
        saved_seconds: sum(({ counts }) => counts.savedMs) / 1_000,
        saved_usd: toUsd(sum(({ counts }) => counts.savedNanoUsd)),
        trouble: first?.trouble ?? null,
      });
    })
    .delete("/v1/cache", async (c) => {
      await caches.clear();
      return c.body(null, 204);
    });
}
