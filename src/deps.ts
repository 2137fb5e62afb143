import type { AppDeps } from "./app.ts";
import {
  createResponseCache,
  type ResponseCache,
} from "./cache/response_cache.ts";
import type { ThreadFlights } from "./cache/thread_flights.ts";
import { createTargetChooser } from "./choose_targets.ts";
import type { Config } from "./config/config.ts";
import { secretsOf } from "./config/secrets.ts";
import {
  EVENT_STREAM_TIMES,
  type EventStreamTimes,
} from "./stream/event_stream.ts";
import { createLedger } from "./ledger/ledger.ts";
import type { Logger } from "./log.ts";
import type { TakeTurn } from "./middleware/rate_limit.ts";
import type { Lessons } from "./models/lessons.ts";
import type { OpenRequests } from "./open_requests.ts";
import { createPdfCache } from "./pdf/cache.ts";
import { createBodyLog } from "./observe/body_log.ts";
import type { Books } from "./observe/books.ts";
import { type Observer, toAll } from "./observe/record.ts";
import type { ReadPdf } from "./pdf/reader.ts";
import { randomId } from "./random_id.ts";
import { createReadiness } from "./readiness.ts";
import { createSearchEngine } from "./search/engine.ts";
import { createRedactor } from "./secret.ts";
import { sleep } from "./sleep.ts";
import type { Store } from "./store/store.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { Calibrations } from "./tokens/calibrations.ts";
import { createCountCache } from "./tokens/count_cache.ts";
import { createPromptCounter } from "./tokens/count_prompt.ts";
import type { TokenCounter } from "./tokens/counter.ts";
import { learnTokens } from "./tokens/learn_tokens.ts";
import type { Transport } from "./transport/transport.ts";
import { createBreakerHints } from "./upstream/breaker_hints.ts";
import { createChatClient, createResponsesClient } from "./upstream/client.ts";
import { createGate, type Gate } from "./upstream/gate.ts";
import { createPassthroughClient } from "./upstream/passthrough.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./upstream/retry.ts";
import type { UpstreamDeps } from "./upstream/send.ts";

/** Resources only the composition root (or a test) can create. */
export interface Outside {
  /** Sends requests to upstreams. */
  transport: Transport;
  /** Fetches from servers that are not upstreams. */
  fetch: typeof fetch;
  log: Logger;
  tokens: Pick<TokenCounter, "count">;
  store: Store;
  /** The other serving threads; `null`: there are none. */
  threads: ThreadFlights | null;
  /** How upstreams count tokens; default: nothing is known about it yet. */
  calibrations?: Calibrations;
  /** Extracts the text of PDFs, for models that accept none. */
  readPdf: ReadPdf;
  openRequests: OpenRequests;
  lessons: Pick<Lessons, "apply" | "remember">;
  /** What is recorded of all requests. */
  books: Books;
  /** Counts each address's requests; `null`: no limit. */
  takeTurn: TakeTurn | null;
  /** The response caches of all threads; default: only this thread's. */
  caches?: AppDeps["caches"];
  /** Notified of every request, in addition to the books. */
  observers?: readonly Observer[];
  /** Receives spans and clients' own telemetry; `null`: off. */
  telemetry?:
    | Pick<Telemetry, "observe" | "readTraceParent" | "forwarders">
    | null;
  retry?: RetryPolicy;
  /** Monotonic clock, in milliseconds. */
  clock?: () => number;
  times?: EventStreamTimes;
}

/** The app's dependencies, and what reports its state. */
export interface Deps extends AppDeps {
  gate: Gate;
  cache: ResponseCache;
}

/** Wires up the app's dependencies. */
export function createDeps(
  config: Config,
  {
    transport,
    fetch,
    log,
    tokens,
    store,
    threads,
    calibrations = new Calibrations(store),
    readPdf: readPdfBytes,
    openRequests,
    lessons,
    books,
    takeTurn,
    caches,
    observers = [],
    telemetry = null,
    retry = DEFAULT_RETRY,
    clock = () => performance.now(),
    times = EVENT_STREAM_TIMES,
  }: Outside,
): Deps {
  const { models, upstreams, clientKeys, timeouts } = config;
  const now = Date.now;
  const gate = createGate({
    now: clock,
    maxRestMs: retry.maxMs,
    onChange(change) {
      log.warn("upstream", { ...change });
      books.watchLane(change);
    },
    hints: createBreakerHints({ store, now }),
  });
  books.watchUpstreams(gate.snapshot);
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
  const redact = createRedactor(secretsOf(config));
  return {
    log,
    logBody: config.logBodies ? createBodyLog(redact) : null,
    redact,
    observe: toAll([
      books.observe,
      cache.observe,
      learnTokens({ calibrations, prompts }),
      ({ requestId }) => openRequests.leave(requestId),
      ...observers,
      ...(telemetry?.observe ? [telemetry.observe] : []),
    ]),
    readTraceParent: telemetry?.readTraceParent ?? null,
    forwarders: telemetry?.forwarders ?? {},
    readErrors: (since) => books.readErrors(since),
    readMetrics: () => books.readMetrics(),
    ledger: createLedger({ store }),
    prompts,
    calibrations,
    table: { upstreams: upstreams.map(({ name }) => name), rows: models },
    clientKeys,
    cacheSettings: config.cache,
    cache,
    caches: caches ?? {
      read: async () => [await cache.report()],
      clear: () => cache.clear(),
    },
    guards: config.guards,
    takeTurn,
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
    readiness: createReadiness({
      openRequests,
      upstreams: upstreams.map(({ name }) => name),
      gate,
      store,
    }),
    newRequestId: () => randomId("req_"),
    newMessageId: () => randomId("msg_"),
    newToolUseId: () => randomId("toolu_"),
    now,
    clock,
  };
}
