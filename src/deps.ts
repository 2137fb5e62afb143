import type { AppDeps } from "./app.ts";
import { createResponseCache } from "./cache/response_cache.ts";
import type { ThreadFlights } from "./cache/thread_flights.ts";
import { createTargetChooser } from "./choose_targets.ts";
import type { Config } from "./config/config.ts";
import {
  EVENT_STREAM_TIMES,
  type EventStreamTimes,
} from "./stream/event_stream.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Logger } from "./log.ts";
import { TokenBuckets } from "./middleware/token_bucket.ts";
import type { Lessons } from "./models/lessons.ts";
import type { OpenRequests } from "./open_requests.ts";
import { createPdfCache } from "./pdf/cache.ts";
import { ErrorTracker } from "./observe/error_tracker.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Observer } from "./observe/record.ts";
import { requestLog } from "./observe/request_log.ts";
import type { ReadPdf } from "./pdf/reader.ts";
import { randomId } from "./random_id.ts";
import { createSearchEngine } from "./search/engine.ts";
import { sleep } from "./sleep.ts";
import type { Store } from "./store/store.ts";
import { Calibrations } from "./tokens/calibrations.ts";
import { createCountCache } from "./tokens/count_cache.ts";
import { createPromptCounter } from "./tokens/count_prompt.ts";
import type { TokenCounter } from "./tokens/counter.ts";
import { learnTokens } from "./tokens/learn_tokens.ts";
import type { Transport } from "./transport/transport.ts";
import { createChatClient, createResponsesClient } from "./upstream/client.ts";
import { createGate, type Gate } from "./upstream/gate.ts";
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
  store: Store;
  /** The other threads that serve; else there are none. */
  threads?: ThreadFlights | null;
  /** How upstreams count; else nothing is known of it yet. */
  calibrations?: Calibrations;
  /** The text of PDFs, for models that take none. */
  readPdf: ReadPdf;
  openRequests: OpenRequests;
  lessons: Pick<Lessons, "apply" | "remember">;
  metrics: Metrics;
  ledger: Ledger;
  /** Told of every request beside log, metrics and error tracker. */
  observers?: readonly Observer[];
  retry?: RetryPolicy;
  /** Milliseconds of a clock that never goes back. */
  clock?: () => number;
  times?: EventStreamTimes;
}

/** What the app works with, and what tells how it goes. */
export interface Deps extends AppDeps {
  gate: Gate;
}

/** Puts together what the app works with. */
export function createDeps(
  config: Config,
  {
    transport,
    fetch,
    log,
    tokens,
    store,
    threads = null,
    calibrations = new Calibrations(store),
    readPdf: readPdfBytes,
    openRequests,
    lessons,
    metrics,
    ledger,
    observers = [],
    retry = DEFAULT_RETRY,
    clock = () => performance.now(),
    times = EVENT_STREAM_TIMES,
  }: Outside,
): Deps {
  const { models, upstreams, clientKeys, timeouts } = config;
  const now = Date.now;
  const errors = new ErrorTracker();
  const { rateLimit } = config.guards;
  const rate = rateLimit && new TokenBuckets(rateLimit, now);
  const gate = createGate({
    now: clock,
    maxRestMs: retry.maxMs,
    onChange: (change) => log.warn("upstream", { ...change }),
  });
  const readPdf = createPdfCache(readPdfBytes);
  const { tokenCacheTtlMs: ttlMs } = config;
  const countTexts = createCountCache({ counter: tokens, store, ttlMs, now });
  const prompts = createPromptCounter({ countTexts, readPdf, calibrations });
  const cache = createResponseCache({
    store,
    isShared: config.store.kind === "connect",
    threads,
    sleep,
    now,
  });
  const upstreamDeps: UpstreamDeps = {
    fetch: transport,
    sleep,
    random: Math.random,
    now,
    retry,
    timeouts,
    lessons,
    gate,
    cache,
  };
  return {
    log,
    observe: toAll([
      requestLog(log),
      metrics.observe,
      cache.observe,
      ledger.observe,
      learnTokens({ calibrations, prompts }),
      (record) => errors.add(record),
      ({ requestId }) => openRequests.leave(requestId),
      ...observers,
    ]),
    readErrors: (since) => Promise.resolve(errors.list(since)),
    readMetrics: async () => [await metrics.read()],
    ledger,
    prompts,
    calibrations,
    table: { upstreams: upstreams.map(({ name }) => name), rows: models },
    clientKeys,
    cacheSettings: config.cache,
    cache,
    guards: config.guards,
    takeTurn: rate && ((client) => rate.take(client)),
    times,
    readPdf,
    chooseTargets: createTargetChooser({ upstreams, models, lessons, now }),
    gate,
    relearn: (target) => lessons.apply(target),
    chat: createChatClient(upstreamDeps),
    responses: createResponsesClient(upstreamDeps),
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
    now,
  };
}

function toAll(observers: readonly Observer[]): Observer {
  return (record) => observers.forEach((observe) => observe(record));
}
