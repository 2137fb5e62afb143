/**
 * A proxy in one thread: everything impure the app depends on.
 *
 * @module
 */
import { createApp } from "../app.ts";
import type { Config } from "../config/config.ts";
import { createDeps, type Outside } from "../deps.ts";
import type { ResponseCache } from "../cache/response_cache.ts";
import { type DrainLimits, OpenRequests } from "../open_requests.ts";
import { watchEventLoop } from "../observe/event_loop.ts";
import { createPdfReader } from "../pdf/reader.ts";
import { randomHex } from "../random_hex.ts";
import { settlesWithin } from "../settles_within.ts";
import { sleep } from "../sleep.ts";
import { KeptLessons } from "../store/kept_lessons.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { Calibrations } from "../tokens/calibrations.ts";
import { probe } from "../transport/probe.ts";
import { createTransport } from "../transport/transport.ts";
import { STORE_PATIENCE_MS } from "./common.ts";
import { createHttpClient } from "./http_client.ts";
import { serveHttp } from "./http_server.ts";

/** How long the last spans may take to reach their collector, in ms. */
const COLLECTOR_MS = 1_000;

/** What a proxy gets from the process, or from the thread it runs in. */
export interface ProxyContext extends
  Pick<
    Outside,
    | "log"
    | "store"
    | "tokens"
    | "books"
    | "takeTurn"
    | "threads"
    | "caches"
  > {
  /** Upstreams may be behind an HTTP proxy. */
  isProxied: boolean;
  /** Other threads listen on the same address. */
  isOneOfMany?: boolean;
  /** The module to run as a worker that reads PDFs. */
  workerUrl: string;
}

/** A running proxy. */
export interface Proxy {
  /** Where it listens. */
  address: Deno.NetAddr;
  /** Stops accepting new work. */
  close(): void;
  /**
   * Stops accepting new work, lets answers finish, and closes connections.
   *
   * @returns Whether all answers finished in time.
   */
  drain(limits: DrainLimits): Promise<boolean>;
  cache: ResponseCache;
}

/**
 * Binds the port and serves.
 *
 * @throws {Deno.errors.AddrInUse} and others when it cannot listen there.
 */
export async function startProxy(
  config: Config,
  context: ProxyContext,
): Promise<Proxy> {
  const { store, books, isProxied, workerUrl, isOneOfMany = false } = context;
  const transport = createTransport({
    fetch,
    createClient: () => createHttpClient(config),
    probe: isProxied ? null : probe,
    pool: config.pool,
    connectTimeoutMs: config.timeouts.connectMs,
  });
  const endWatch = watchEventLoop((ms) => books.eventLoopDelay(ms));
  const lessons = new KeptLessons({ store, now: Date.now });
  const calibrations = new Calibrations(store);
  const loaded = Promise.all([lessons.load(), calibrations.load()]);
  await settlesWithin(loaded, STORE_PATIENCE_MS);
  const telemetry = await loadTelemetry(config, context);
  const openRequests = new OpenRequests();
  const deps = createDeps(config, {
    ...context,
    transport: transport.send,
    fetch,
    calibrations,
    readPdf: createPdfReader({ workerUrl }),
    openRequests,
    lessons,
    telemetry,
  });
  const address = {
    hostname: config.host,
    port: config.port,
    isShared: isOneOfMany,
  };
  const server = serveHttp(address, createApp(deps).fetch);
  return {
    address: server.addr,
    close: () => openRequests.close(server),
    async drain(limits) {
      const isFinished = await openRequests.drain(server, limits);
      endWatch();
      transport.close();
      if (telemetry) await settlesWithin(telemetry.close(), COLLECTOR_MS);
      return isFinished;
    },
    cache: deps.cache,
  };
}

/** Loads the telemetry exporter only if it is wanted. */
async function loadTelemetry(
  { telemetry: settings }: Config,
  { log }: Pick<ProxyContext, "log">,
): Promise<Telemetry | null> {
  if (!settings) return null;
  const { startTelemetry } = await import("../telemetry/telemetry.ts");
  const { random } = Math;
  return startTelemetry(settings, { fetch, log, sleep, random, randomHex });
}
