/**
 * The whole proxy on real ports, in front of the scriptable upstream.
 *
 * @module
 */
import { createApp } from "../src/app.ts";
import { type Config, parseConfig } from "../src/config/config.ts";
import type { DemoUpstreamOptions } from "../src/demo/upstream.ts";
import { serveDemoUpstream, type ServedUpstream } from "../src/demo/serve.ts";
import { createDeps, type Outside } from "../src/deps.ts";
import type { Dialect } from "../src/dialects/dialect.ts";
import {
  EVENT_STREAM_TIMES,
  type EventStreamTimes,
} from "../src/stream/event_stream.ts";
import { secretsOf } from "../src/config/secrets.ts";
import { createLogger, type LogFields } from "../src/log.ts";
import { Lessons } from "../src/models/lessons.ts";
import { type Books, openBooks } from "../src/observe/books.ts";
import type { UpstreamLimits } from "../src/models/upstream_limits.ts";
import { createRateLimit } from "../src/middleware/token_bucket.ts";
import { OpenRequests } from "../src/open_requests.ts";
import { randomHex } from "../src/random_hex.ts";
import { sleep } from "../src/sleep.ts";
import { startTelemetry } from "../src/telemetry/telemetry.ts";
import { createPdfReader } from "../src/pdf/reader.ts";
import { createTokenCounter } from "../src/tokens/counter.ts";
import { createRedactor } from "../src/secret.ts";
import { probe } from "../src/transport/probe.ts";
import { createTransport } from "../src/transport/transport.ts";
import { openStore } from "./store_site.ts";
import type { UpstreamState } from "../src/upstream/gate.ts";
import type { Environment } from "../src/config/variables.ts";

/** Options for {@linkcode startProxy}. */
export interface ProxyOptions extends
  DemoUpstreamOptions,
  Partial<
    Pick<
      Outside,
      | "lessons"
      | "retry"
      | "observers"
      | "clock"
      | "store"
      | "threads"
      | "calibrations"
    >
  > {
  /** Called when an upstream goes out of use, and when it is back. */
  watchLane?: Books["watchLane"];
  /** Times that differ from the defaults. */
  times?: Partial<EventStreamTimes>;
  /** Settings besides the upstream's URL and the two model names. */
  environment?: Environment;
  /** Contents of `ccproxy.json`; the environment then names no models. */
  file?: unknown;
  /** Speaks a different dialect from that of the upstream's host. */
  dialect?: Dialect;
  /** Limits on the use of the upstream. */
  limits?: UpstreamLimits;
  /** Certificates to trust, in PEM. */
  caCerts?: string[];
  /** Maximum requests on one HTTP/2 connection to the upstream. */
  maxStreams?: number;
}

/** A proxy and its upstream; disposing of it closes both. */
export interface Proxy extends AsyncDisposable {
  /** Base URL for clients, `http://127.0.0.1:<port>`. */
  url: string;
  upstream: ServedUpstream["upstream"];
  config: Config;
  /** The state of the upstream. */
  upstreamState: () => UpstreamState | undefined;
  openRequests: OpenRequests;
  /** Everything logged so far, one entry per line. */
  logged: string[];
  /** The first entry with this message, as soon as there is one. */
  entry(message: string): Promise<LogFields>;
}

/** Retries at once, so that tests of failures need not wait. */
export const IMPATIENT = { maxAttempts: 3, baseMs: 0, maxMs: 1_000 };

/** Starts a proxy in front of an upstream that plays `script`. */
export function startProxy(
  {
    environment,
    file,
    dialect,
    limits,
    caCerts = [],
    maxStreams,
    lessons = new Lessons(Date.now),
    retry = IMPATIENT,
    observers = [],
    watchLane,
    clock,
    store,
    threads = null,
    calibrations,
    times,
    ...upstreamOptions
  }: ProxyOptions = {},
): Proxy {
  const served = serveDemoUpstream(upstreamOptions);
  const parsed = file === undefined
    ? parseConfig({
      OPENAI_BASE_URL: served.baseUrl,
      BIG_MODEL_NAME: "big-model",
      SMALL_MODEL_NAME: "small-model",
      RESPONSE_CACHE: "off", // identical requests must reach the upstream each time
      ...environment,
    })
    : parseConfig({ RESPONSE_CACHE: "off", ...environment }, {
      file: { path: "ccproxy.json", text: JSON.stringify(file) },
    });
  const upstreams = parsed.upstreams.map((upstream) => ({
    ...upstream,
    limits: limits ?? upstream.limits,
    ...(dialect ? { dialect } : {}),
  }));
  const config = { ...parsed, upstreams };
  const logged: string[] = [];
  const entries = new Map<string, PromiseWithResolvers<LogFields>>();
  const entryOf = (message: string) => {
    const entry = entries.get(message) ?? Promise.withResolvers<LogFields>();
    entries.set(message, entry);
    return entry;
  };
  const log = createLogger({
    level: "DEBUG",
    write(line) {
      logged.push(line);
      const entry: LogFields & { message: string } = JSON.parse(line);
      entryOf(entry.message).resolve(entry);
    },
    now: Date.now,
    pretty: false,
    redact: createRedactor(secretsOf(config)),
  });
  const workerUrl = new URL("./fixtures/token_worker.ts", import.meta.url);
  const tokens = createTokenCounter({ workerUrl });
  const pdfWorkerUrl = new URL("./fixtures/pdf_worker.ts", import.meta.url);
  const transport = createTransport({
    fetch,
    createClient: () => Deno.createHttpClient({ caCerts }),
    probe,
    pool: config.pool,
    connectTimeoutMs: config.timeouts.connectMs,
    ...(maxStreams ? { maxStreams } : {}),
  });
  const openRequests = new OpenRequests();
  const telemetry = config.telemetry && startTelemetry(config.telemetry, {
    fetch,
    log,
    sleep,
    random: Math.random,
    randomHex,
    gatherMs: 0,
  });
  const kv = openStore({ open: () => Deno.openKv(":memory:") });
  const books = openBooks({
    log,
    store: store ?? kv.store,
    deliver: null,
    now: Date.now,
  });
  const deps = createDeps(config, {
    transport: transport.send,
    fetch,
    log,
    tokens,
    store: store ?? kv.store,
    threads,
    ...(calibrations ? { calibrations } : {}),
    books: watchLane ? { ...books, watchLane } : books,
    takeTurn: createRateLimit(config.guards.rateLimit, Date.now),
    readPdf: createPdfReader({ workerUrl: pdfWorkerUrl }),
    openRequests,
    lessons,
    retry,
    observers,
    telemetry,
    ...(clock ? { clock } : {}),
    times: { ...EVENT_STREAM_TIMES, ...times },
  });
  const app = createApp(deps);
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, app.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    upstream: served.upstream,
    config,
    openRequests,
    logged,
    entry: (message) => entryOf(message).promise,
    upstreamState: () => deps.gate.snapshot()[0],
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await telemetry?.close();
      transport.close();
      tokens.close();
      books[Symbol.dispose]();
      await kv[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
}

/** Posts a Messages request, completed to a valid one. */
export function postMessages(
  { url }: Pick<Proxy, "url">,
  body: Record<string, unknown>,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: "POST",
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
    body: JSON.stringify({
      model: "claude-sonnet-5",
      max_tokens: 1024,
      messages: [{ role: "user", content: "Hello" }],
      ...body,
    }),
  });
}

/** One server-sent event as a client reads it. */
export interface SentEvent {
  event: string;
  data: Record<string, unknown> & { type: string };
}

/** Reads an event stream to its end. */
export async function readEvents(response: Response): Promise<SentEvent[]> {
  return parseEvents(await response.text());
}

/** Parses an event stream's text; every event has its `event:` line. */
export function parseEvents(text: string): SentEvent[] {
  return text.split("\n\n").filter((part) => part !== "").map((part) => {
    const match = /^event: (\w+)\ndata: (.*)$/.exec(part);
    if (!match) throw new Error(`Not an event: ${part}`);
    const [, event = "", data = ""] = match;
    return { event, data: JSON.parse(data) };
  });
}
