import type { AppDeps } from "./app.ts";
import type { Config } from "./config.ts";
import { EVENT_STREAM_TIMES, type EventStreamTimes } from "./event_stream.ts";
import type { Logger } from "./log.ts";
import { Lessons } from "./models/lessons.ts";
import { selectModel, toTarget } from "./models/select_target.ts";
import type { OpenRequests } from "./open_requests.ts";
import { createPdfCache } from "./pdf/cache.ts";
import type { ReadPdf } from "./pdf/reader.ts";
import { randomId } from "./random_id.ts";
import { createSearchEngine } from "./search/engine.ts";
import { sleep } from "./sleep.ts";
import type { TokenCounter } from "./tokens/counter.ts";
import type { Transport } from "./transport/transport.ts";
import { createUpstreamClient } from "./upstream/client.ts";
import { createPassthroughClient } from "./upstream/passthrough.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./upstream/retry.ts";
import type { UpstreamDeps } from "./upstream/send.ts";

/** What only the composition root, or a test, can make. */
export interface Outside {
  /** Sends requests to upstreams. */
  transport: Transport;
  /** For what is no upstream. */
  fetch: typeof fetch;
  log: Logger;
  tokens: TokenCounter;
  /** The text of PDFs, for models that take none. */
  readPdf: ReadPdf;
  openRequests: OpenRequests;
  retry?: RetryPolicy;
  times?: EventStreamTimes;
}

/** Puts together what the app works with. */
export function createDeps(
  config: Config,
  {
    transport,
    fetch,
    log,
    tokens,
    readPdf,
    openRequests,
    retry = DEFAULT_RETRY,
    times = EVENT_STREAM_TIMES,
  }: Outside,
): AppDeps {
  const { models, clientKeys, upstream, timeouts } = config;
  const lessons = new Lessons(Date.now);
  const upstreamDeps: UpstreamDeps = {
    fetch: transport,
    sleep,
    random: Math.random,
    now: Date.now,
    retry,
    timeouts,
    lessons,
  };
  return {
    log,
    tokens,
    models,
    clientKeys,
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
    openRequests,
    readiness: [{
      name: "shutdown",
      reason: () => openRequests.isDraining ? "ccproxy is shutting down" : null,
    }],
    newRequestId: () => randomId("req_"),
    newMessageId: () => randomId("msg_"),
    newToolUseId: () => randomId("toolu_"),
    now: Date.now,
  };
}
