import { createFlightBoard } from "../cache/flight_board.ts";
import { hostStore } from "../store/store_host.ts";
import { Supervisor } from "../threads/supervisor.ts";
import { openCommon } from "./common.ts";
import { checkCertificates } from "./http_client.ts";
import { claimPort, refuseAddress, urlOf } from "./http_server.ts";
import type { ServeSettings } from "./load_settings.ts";
import type { Serving, ServingOptions } from "./serving.ts";
import { SERVING_THREAD_NAME } from "../threads/serving_scope.ts";

/** What serving in threads needs. */
export interface ThreadsOptions extends ServingOptions {
  /** The number of threads. */
  count: number;
  /** Writes the threads' log lines. */
  writeLog: (line: string) => void;
  /** Writes the same as JSON, if there is a log file. */
  writeLogFile: (line: string) => void;
  /** Log lines are human-readable. */
  isPretty: boolean;
}

/** Serves in several threads, or exits if they cannot listen. */
export async function serveInThreads(
  { config, sources, isProxied }: ServeSettings,
  { log, workerUrl, count, isPretty, writeLog, writeLogFile }: ThreadsOptions,
): Promise<Serving> {
  checkCertificates(config);
  const common = openCommon(config, { log, workerUrl });
  const { books, tokens, takeTurn, rawStore } = common;
  const port = claimPort({ hostname: config.host, port: config.port });
  const address = { hostname: config.host, port };
  const board = createFlightBoard();
  const supervisor: Supervisor = new Supervisor({
    count,
    createWorker: () =>
      new Worker(workerUrl, { type: "module", name: SERVING_THREAD_NAME }),
    prepare() {
      const [store, flights] = [new MessageChannel(), new MessageChannel()];
      hostStore(rawStore, store.port1);
      const connection = board.connect(flights.port1);
      return {
        order: {
          ...{ sources, port, isProxied, isPretty },
          ...{ store: store.port2, flights: flights.port2 },
        },
        transfer: [store.port2, flights.port2],
        release() {
          store.port1.close();
          connection[Symbol.dispose]();
        },
      };
    },
    own: {
      log: writeLog,
      logToFile: writeLogFile,
      observe: books.observe,
      eventLoopDelay: (ms) => books.eventLoopDelay(ms),
      watchLane: books.watchLane,
      readMetrics: async () => [
        ...await books.readMetrics(),
        ...await supervisor.all("readUpstreams", []),
      ],
      readErrors: (since) => books.readErrors(since),
      takeTurn: (client) => takeTurn?.(client) ?? 0,
      countTokens: (texts, encoding) => tokens.count(texts, encoding),
      readCaches: () => supervisor.all("readCache", []),
      clearCaches: async () => void await supervisor.all("clearCache", []),
      strayed: (reason) => log.error("unhandled rejection", { reason }),
    },
    log,
  });
  try {
    await supervisor.start();
  } catch (error) {
    refuseAddress(address, error);
  }
  common.warmSoon();
  return {
    url: urlOf(address),
    close: () => supervisor.close(),
    async drain(limits) {
      const isFinished = await supervisor.drain(limits);
      await common.close();
      return isFinished;
    },
  };
}
