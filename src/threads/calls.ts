/**
 * The calls the main thread and the serving threads make to each other.
 *
 * @module
 */
import type { CacheReport } from "../cache/response_cache.ts";
import type { SettingsSources } from "../config/settings.ts";
import type { ErrorGroup } from "../observe/error_tracker.ts";
import type { MetricsSnapshot } from "../observe/metrics.ts";
import type { RequestRecord } from "../observe/record.ts";
import type { Encoding } from "../tokens/encoding.ts";
import type { LaneChange } from "../upstream/lane.ts";

/** What a thread is started with. */
export interface ThreadOrder {
  /** What its settings are built from. */
  sources: SettingsSources;
  /** Where it listens, like all the others. */
  port: number;
  isProxied: boolean;
  /** Log lines are human-readable. */
  isPretty: boolean;
  /** Connects to the main thread's store. */
  store: MessagePort;
  /** Connects to the main thread's board, which knows who asks for what. */
  flights: MessagePort;
}

/** Calls a serving thread accepts. */
export type ThreadCalls = {
  /** Starts serving; fails if it cannot listen. */
  serve: (order: ThreadOrder) => Promise<void>;
  /** Stops accepting new work; waits until it serves, as do all below. */
  close: () => Promise<void>;
  /** Lets answers finish. @returns Whether all answers finished in time. */
  drain: (limits: { timeoutMs: number }) => Promise<boolean>;
  /** The state of the upstreams as this thread sees it. */
  readUpstreams: () => Promise<MetricsSnapshot>;
  readCache: () => Promise<CacheReport>;
  /** Deletes the answers in this thread's memory and those in the store. */
  clearCache: () => Promise<void>;
};

/** Calls the main thread accepts. */
export type MainCalls = {
  log: (line: string) => void;
  /** Writes the line, as JSON, to the log file. */
  logToFile: (line: string) => void;
  observe: (record: RequestRecord) => void;
  eventLoopDelay: (ms: number) => void;
  watchLane: (change: LaneChange) => void;
  readMetrics: () => Promise<readonly MetricsSnapshot[]>;
  readErrors: (since: number) => Promise<ErrorGroup[]>;
  takeTurn: (client: string) => number | Promise<number>;
  countTokens: (
    texts: readonly string[],
    encoding: Encoding,
  ) => Promise<(number | null)[]>;
  /** What the caches of all threads have done. */
  readCaches: () => Promise<CacheReport[]>;
  clearCaches: () => Promise<void>;
  /** A promise rejection was not handled. */
  strayed: (reason: string) => void;
  /** An error was not caught: the thread is no longer reliable. */
  crashed: (reason: string) => void;
};
