import { createLedger } from "../ledger/ledger.ts";
import type { Logger } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Alert } from "./alerts.ts";
import { type Alarm, startAlarm } from "./alarm.ts";
import { type ErrorGroup, ErrorTracker } from "./error_tracker.ts";
import {
  createMetrics,
  type Metrics,
  type MetricsSnapshot,
} from "./metrics.ts";
import { type Observer, toAll } from "./record.ts";
import { requestLog } from "./request_log.ts";

/** What is recorded of all requests, whichever thread served them. */
export interface Books
  extends
    Pick<Metrics, "eventLoopDelay" | "watchUpstreams">,
    Pick<Alarm, "watchLane"> {
  /** Records a request that has ended. */
  observe: Observer;
  /** The metrics of all threads. */
  readMetrics(): Promise<readonly MetricsSnapshot[]>;
  /** @param since Epoch milliseconds. */
  readErrors(since: number): Promise<ErrorGroup[]>;
}

/** What {@linkcode openBooks} depends on. */
export interface BooksOptions {
  log: Logger;
  /** Stores the ledger. */
  store: Pick<Store, "add" | "list">;
  /** Notifies people; `null`: alerts are only logged. */
  deliver: ((alert: Alert) => Promise<void>) | null;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Books that can be closed. */
export interface OpenBooks extends Books, Disposable {}

/** Opens the books: log line, metrics, errors by cause, ledger, alarm. */
export function openBooks(
  { log, store, deliver, now }: BooksOptions,
): OpenBooks {
  const metrics = createMetrics();
  const errors = new ErrorTracker();
  const alarm = startAlarm({ log, now, deliver });
  return {
    observe: toAll([
      requestLog(log),
      metrics.observe,
      (record) => errors.add(record),
      createLedger({ store }).observe,
      alarm.observe,
    ]),
    eventLoopDelay: metrics.eventLoopDelay,
    watchUpstreams: metrics.watchUpstreams,
    watchLane: alarm.watchLane,
    readMetrics: async () => [await metrics.read()],
    readErrors: (since) => Promise.resolve(errors.list(since)),
    [Symbol.dispose]: () => alarm.close(),
  };
}
