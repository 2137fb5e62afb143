import type { AppDeps } from "./app.ts";
import { createResponseCache } from "./cache/response_cache.ts";
import type { Config } from "./config.ts";
import { EVENT_STREAM_TIMES, type EventStreamTimes } from "./event_stream.ts";
import type { Logger } from "./log.ts";
import { TokenBuckets } from "./middleware/token_bucket.ts";
import type { Lessons } from "./models/lessons.ts";
import { selectModel, toTarget } from "./models/select_target.ts";
import { createPdfCache } from "./pdf/cache.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Observer } from "./observe/record.ts";
import { requestLog } from "./observe/request_log.ts";
import type { ReadPdf } from "./pdf/reader.ts";
import { randomId } from "./random_id.ts";
import { createSearchEngine } from "./search/engine.ts";
import { sleep } from "./sleep.ts";
import type { Store } from "./store/store.ts";
import type { TokenCounter } from "./tokens/counter.ts";
import { createUpstreamClient } from "./upstream/client.ts";
import { createPassthroughClient } from "./upstream/passthrough.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./upstream/retry.ts";
import type { UpstreamDeps } from "./upstream/send.ts";

/** What only the composition root, or a test, can make. */
export interface Outside {
  fetch: typeof fetch;
  log: Logger;
  tokens: TokenCounter;
  /** The text of PDFs, for models that take none. */
  readPdf: ReadPdf;
  lessons: Pick<Lessons, "apply" | "remember">;
  store: Store;
  metrics: Metrics;
  retry?: RetryPolicy;
  times?: EventStreamTimes;
}

/** Puts together what the app works with. */
export function createDeps(
  config: Config,
  {
    fetch,
    log,
    tokens,
    readPdf,
    lessons,
    store,
    metrics,
    retry = DEFAULT_RETRY,
    times = EVENT_STREAM_TIMES,
  }: Outside,
): AppDeps {
  const { models, clientKeys, upstream, upstreamIdleTimeoutMs } = config;
  const { rateLimit } = config.guards;
  const rate = rateLimit && new TokenBuckets(rateLimit, Date.now);
  const cache = createResponseCache({
    store,
    isShared: config.store.kind === "connect",
    sleep,
    now: Date.now,
  });
  const upstreamDeps: UpstreamDeps = {
    fetch,
    sleep,
    random: Math.random,
    now: Date.now,
    retry,
    idleTimeoutMs: upstreamIdleTimeoutMs,
    lessons,
    cache,
  };
  return {
    log,
    observe: toAll([requestLog(log), metrics.observe]),
    readMetrics: async () => [await metrics.read()],
    tokens,
    models,
    clientKeys,
    cacheSettings: config.cache,
    cache,
    guards: config.guards,
    takeTurn: rate && ((client) => rate.take(client)),
    times,
    readPdf: createPdfCache(readPdf),
    selectTarget: (asked) =>
      lessons.apply(toTarget(upstream, selectModel(asked, models))),
    upstream: createUpstreamClient(upstreamDeps),
    passthrough: createPassthroughClient(upstreamDeps),
    searchEngine: config.search && createSearchEngine(config.search, {
      fetch,
      onFailure: (failure) => log.warn("web search failed", { ...failure }),
    }),
    newRequestId: () => randomId("req_"),
    newMessageId: () => randomId("msg_"),
    newToolUseId: () => randomId("toolu_"),
    now: Date.now,
  };
}

function toAll(observers: readonly Observer[]): Observer {
  return (record) => observers.forEach((observe) => observe(record));
}
