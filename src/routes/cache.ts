import { Hono } from "hono";
import type { CacheSettings } from "../cache/cache_settings.ts";
import type { ResponseCache } from "../cache/response_cache.ts";
import { toUsd } from "../cost/cost.ts";
import type { RequestEnv } from "../middleware/request_id.ts";

/** What the route needs. */
export interface CacheDeps {
  cacheSettings: CacheSettings;
  cache: Pick<ResponseCache, "report" | "clear">;
}

/**
 * `GET /v1/cache` tells what the response cache holds and what it has done
 * since this process started; `DELETE /v1/cache` empties it.
 */
export function cacheRoute(
  { cache, cacheSettings }: CacheDeps,
): Hono<RequestEnv> {
  return new Hono<RequestEnv>()
    .get("/v1/cache", async (c) => {
      const { stored, recent, counts, trouble } = await cache.report();
      const { hit, shared, miss, bypass, savedMs, savedNanoUsd } = counts;
      const failed = counts["store-failed"];
      const all = hit + shared + miss + failed;
      return c.json({
        mode: cacheSettings.mode,
        ttl_seconds: cacheSettings.ttlMs / 1_000,
        stored,
        recent,
        hits: hit,
        shared,
        misses: miss + failed,
        bypassed: bypass,
        hit_rate: all === 0 ? null : (hit + shared) / all,
        saved_seconds: savedMs / 1_000,
        saved_usd: toUsd(savedNanoUsd),
        trouble,
      });
    })
    .delete("/v1/cache", async (c) => {
      await cache.clear();
      return c.body(null, 204);
    });
}
