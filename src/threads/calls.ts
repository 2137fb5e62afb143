/**
 * What the main thread and the serving threads call each other for.
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
  /** What it makes its settings of. */
  sources: SettingsSources;
  /** Where it listens with all others. */
  port: number;
  isProxied: boolean;
  /** Log lines are for people. */
  isPretty: boolean;
  /** Leads to the store of the main thread. */
  store: MessagePort;
  /** Leads to the board of the main thread, which knows who asks for what. */
  flights: MessagePort;
}

/** What a serving thread can be called for. */
export type ThreadCalls = {
  /** Serves from now on; fails where it cannot listen. */
  serve: (order: ThreadOrder) => Promise<void>;
  /** Takes nothing new from now on; waits until it serves, as all that follow. */
  close: () => Promise<void>;
  /** Lets answers finish. @returns Whether all answers have finished in time. */
  drain: (limits: { timeoutMs: number }) => Promise<boolean>;
  /** How things stand at the upstreams, as this thread has it. */
  readUpstreams: () => Promise<MetricsSnapshot>;
  readCache: () => Promise<CacheReport>;
  /** Forgets the answers in this thread's memory, and those in the store. */
  clearCache: () => Promise<void>;
};

/** What the main thread can be called for. */
export type MainCalls = {
  log: (line: string) => void;
  /** Takes the line as JSON for the log file. */
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
  /** What all threads' caches have done. */
  readCaches: () => Promise<CacheReport[]>;
  clearCaches: () => Promise<void>;
  /** A promise was rejected that nobody awaits. */
  strayed: (reason: string) => void;
  /** Something was thrown that nobody caught: the thread is not to be trusted. */
  crashed: (reason: string) => void;
};
