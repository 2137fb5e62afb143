/**
 * A serving thread's side. The main thread has the store, the books, the
 * tokenizer and the log; this one has everything else.
 *
 * @module
 */
import { ApiError } from "../anthropic/errors.ts";
import { createThreadFlights } from "../cache/thread_flights.ts";
import { settingsOf } from "../config/settings.ts";
import { createLogger } from "../log.ts";
import {
  createUpstreamMetrics,
  type UpstreamMetrics,
} from "../observe/metrics.ts";
import type { RequestRecord } from "../observe/record.ts";
import { UNTIMED } from "../observe/timeline.ts";
import { redact } from "../secret.ts";
import { settlesWithin } from "../settles_within.ts";
import { createRemoteStore } from "../store/remote_store.ts";
import { createTypedStore } from "../store/typed_store.ts";
import type { MainCalls, ThreadCalls, ThreadOrder } from "../threads/calls.ts";
import { type Line, openLine } from "../threads/line.ts";
import type { ThreadScope } from "../threads/serving_scope.ts";
import { STORE_PATIENCE_MS } from "./common.ts";
import { loggerOptions } from "./open_log.ts";
import { type Proxy, startProxy } from "./proxy.ts";

/** How long the main thread may take to reply, in milliseconds. */
const CALL_MS = 5_000;

/** The same for calls that count tokens in a worker. */
const COUNT_MS = 60_000;

/** Serves from when the main thread says so until it says to stop. */
export function runServingThread(scope: ThreadScope, workerUrl: string): void {
  let proxy: Promise<Proxy> | undefined;
  const upstreams = createUpstreamMetrics();
  const serving = () => {
    if (proxy) return proxy;
    throw new Error("This thread does not serve yet");
  };
  const calls: ThreadCalls = {
    async serve(order) {
      proxy = serve(order, { main, upstreams, workerUrl });
      await proxy;
    },
    readUpstreams: () => upstreams.read(),
    close: async () => (await serving()).close(),
    drain: async (limits) => await (await serving()).drain(limits),
    readCache: async () => await (await serving()).cache.report(),
    clearCache: async () => await (await serving()).cache.clear(),
  };
  const main = openLine<MainCalls>(scope, { own: calls, timeoutMs: CALL_MS });

  // An uncaught error may leave things half done: running answers end with an
  // error that clients retry, and another thread replaces this one.
  addEventListener("error", async (event) => {
    event.preventDefault();
    main.tell("crashed", redact(event.message));
    await (await proxy)?.drain({ timeoutMs: 0, reason: crashed() });
    scope.close();
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    main.tell("strayed", redact(String(event.reason)));
  });
}

function crashed(): ApiError {
  return new ApiError("overloaded_error", "A thread of ccproxy has crashed");
}

async function serve(
  order: ThreadOrder,
  { main, upstreams, workerUrl }: {
    main: Line<MainCalls>;
    upstreams: UpstreamMetrics;
    workerUrl: string;
  },
): Promise<Proxy> {
  const config = { ...settingsOf(order.sources), port: order.port };
  const log = createLogger({
    ...loggerOptions(config),
    write: (line) => main.tell("log", line),
    pretty: order.isPretty,
    ...(config.logFile === null
      ? {}
      : { writeJson: (line) => main.tell("logToFile", line) }),
  });
  const takeTurn = (client: string) =>
    main.call("takeTurn", [client]).catch(() => 0);
  const store = createTypedStore(createRemoteStore(order.store));
  const proxy = await startProxy(config, {
    log,
    store,
    books: {
      observe: (record) => main.tell("observe", toBooked(record)),
      eventLoopDelay: (ms) => main.tell("eventLoopDelay", ms),
      watchLane: (change) => main.tell("watchLane", change),
      watchUpstreams: upstreams.watchUpstreams,
      readMetrics: () => main.call("readMetrics", []),
      readErrors: (since) => main.call("readErrors", [since]),
    },
    tokens: {
      count: (texts, encoding) =>
        main.call("countTokens", [texts, encoding], { timeoutMs: COUNT_MS })
          .catch(() => texts.map(() => null)),
    },
    takeTurn: config.guards.rateLimit && takeTurn,
    caches: {
      read: () => main.call("readCaches", []),
      clear: () => main.call("clearCaches", []),
    },
    threads: createThreadFlights(order.flights),
    isOneOfMany: true,
    isProxied: order.isProxied,
    workerUrl,
  });
  return {
    ...proxy,
    async drain(limits) {
      const isFinished = await proxy.drain(limits);
      // Its messages go another way, and could come after the thread's end.
      await settlesWithin(store.flush(), STORE_PATIENCE_MS);
      return isFinished;
    },
  };
}

/**
 * A record that can be sent to another thread: prompts stay here, functions
 * cannot be cloned, and the books do not need what only traces use.
 */
function toBooked(record: RequestRecord): RequestRecord {
  const { message } = record;
  return message
    ? { ...record, message: { ...message, sent: null, timeline: UNTIMED } }
    : record;
}
