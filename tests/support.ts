/**
 * The whole proxy on real ports, in front of the scriptable upstream.
 *
 * @module
 */
import { createApp } from "../src/app.ts";
import { type Config, parseConfig } from "../src/config.ts";
import type { DemoUpstreamOptions } from "../src/demo/upstream.ts";
import { serveDemoUpstream, type ServedUpstream } from "../src/demo/serve.ts";
import { createDeps, type Outside } from "../src/deps.ts";
import type { Dialect } from "../src/dialects/dialect.ts";
import {
  EVENT_STREAM_TIMES,
  type EventStreamTimes,
} from "../src/event_stream.ts";
import { createLogger } from "../src/log.ts";
import { Lessons } from "../src/models/lessons.ts";
import { createMetrics } from "../src/observe/metrics.ts";
import { createPdfReader } from "../src/pdf/reader.ts";
import { createTokenCounter } from "../src/tokens/counter.ts";
import { openStore } from "./store_site.ts";
import type { Environment } from "../src/variables.ts";

/** Options for {@linkcode startProxy}. */
export interface ProxyOptions
  extends
    DemoUpstreamOptions,
    Partial<Pick<Outside, "lessons" | "retry" | "store">> {
  /** Times that differ from the usual ones. */
  times?: Partial<EventStreamTimes>;
  /** Settings beside the upstream's URL and the two model names. */
  environment?: Environment;
  /** Speaks another dialect than the one of the upstream's host. */
  dialect?: Dialect;
  /** Certificates to trust, in PEM. */
  caCerts?: string[];
}

/** A proxy and its upstream; disposing of it closes both. */
export interface Proxy extends AsyncDisposable {
  /** Base URL for clients, `http://127.0.0.1:<port>`. */
  url: string;
  upstream: ServedUpstream["upstream"];
  config: Config;
  /** Everything logged so far, one entry a line. */
  logged: string[];
}

/** Retries at once, so that tests of failures need not wait. */
export const IMPATIENT = { maxAttempts: 3, baseMs: 0, maxMs: 1_000 };

/** Starts a proxy in front of an upstream that plays `script`. */
export function startProxy(
  {
    environment,
    dialect,
    caCerts = [],
    lessons = new Lessons(Date.now),
    retry = IMPATIENT,
    store,
    times,
    ...upstreamOptions
  }: ProxyOptions = {},
): Proxy {
  const served = serveDemoUpstream(upstreamOptions);
  const parsed = parseConfig({
    OPENAI_BASE_URL: served.baseUrl,
    BIG_MODEL_NAME: "big-model",
    SMALL_MODEL_NAME: "small-model",
    RESPONSE_CACHE: "off", // identical requests are to be asked again
    ...environment,
  });
  const upstream = { ...parsed.upstream, ...(dialect ? { dialect } : {}) };
  const config = { ...parsed, upstream };
  const kv = openStore({ open: () => Deno.openKv(":memory:") });
  const logged: string[] = [];
  const log = createLogger({
    level: "DEBUG",
    write: (line) => void logged.push(line),
    now: Date.now,
    pretty: false,
  });
  const workerUrl = new URL("./fixtures/token_worker.ts", import.meta.url);
  const tokens = createTokenCounter({ workerUrl });
  const pdfWorkerUrl = new URL("./fixtures/pdf_worker.ts", import.meta.url);
  const client = Deno.createHttpClient({ caCerts });
  const app = createApp(createDeps(config, {
    fetch: (input, init) => fetch(input, { ...init, client }),
    log,
    tokens,
    metrics: createMetrics(),
    readPdf: createPdfReader({ workerUrl: pdfWorkerUrl }),
    lessons,
    store: store ?? kv.store,
    retry,
    times: { ...EVENT_STREAM_TIMES, ...times },
  }));
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, app.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    upstream: served.upstream,
    config,
    logged,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      client.close();
      tokens.close();
      await kv[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
}

/** Posts a Messages request, filled up to a valid one. */
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

/** Takes an event stream's text apart; every event has its `event:` line. */
export function parseEvents(text: string): SentEvent[] {
  return text.split("\n\n").filter((part) => part !== "").map((part) => {
    const match = /^event: (\w+)\ndata: (.*)$/.exec(part);
    if (!match) throw new Error(`Not an event: ${part}`);
    const [, event = "", data = ""] = match;
    return { event, data: JSON.parse(data) };
  });
}
