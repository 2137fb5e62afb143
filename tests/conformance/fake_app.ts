import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config/config.ts";
import { createDeps } from "../../src/deps.ts";
import { createLogger } from "../../src/log.ts";
import { Lessons } from "../../src/models/lessons.ts";
import { OpenRequests } from "../../src/open_requests.ts";
import { createTokenCounter } from "../../src/tokens/counter.ts";
import { receive } from "../../src/transport/receive.ts";
import { openStore } from "../store_site.ts";
import { IMPATIENT } from "../support.ts";
import type { Place } from "./place.ts";

/** The proxy without sockets: requests go in, and `fetch` is the upstream. */
export interface FakeApp extends AsyncDisposable {
  /** Posts a Messages request, completed to a valid one. */
  post(fields: Record<string, unknown>): Promise<Response>;
  /** Posts any bytes. */
  send(body: string): Promise<Response>;
}

/** Creates the proxy in front of a fake upstream. */
export function startFakeApp(
  { dialect, model, api }: Pick<Place, "dialect" | "model" | "api">,
  upstreamFetch: () => Promise<Response>,
): FakeApp {
  const config = parseConfig({
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    BIG_MODEL_NAME: model,
    SMALL_MODEL_NAME: model,
    UPSTREAM_API: api,
    RESPONSE_CACHE: "off",
  });
  const workerUrl = new URL("../fixtures/token_worker.ts", import.meta.url);
  const tokens = createTokenCounter({ workerUrl });
  const log = createLogger({
    level: "ERROR",
    write: () => {},
    now: Date.now,
    pretty: false,
  });
  const kv = openStore({ open: () => Deno.openKv(":memory:") });
  const upstreams = config.upstreams
    .map((upstream) => ({ ...upstream, dialect }));
  const app = createApp(createDeps({ ...config, upstreams }, {
    transport: async () => receive(await upstreamFetch()),
    fetch,
    log,
    tokens,
    store: kv.store,
    readPdf: () => Promise.resolve(null),
    openRequests: new OpenRequests(),
    lessons: new Lessons(Date.now),
    retry: IMPATIENT,
    books: {
      observe: () => {},
      eventLoopDelay: () => {},
      watchUpstreams: () => {},
      watchLane: () => {},
      readMetrics: () => Promise.resolve([]),
      readErrors: () => Promise.resolve([]),
    },
    takeTurn: null,
    threads: null,
  }));
  const send = async (body: string) =>
    await app.request("/v1/messages", {
      method: "POST",
      headers: { "content-type": "application/json", host: "localhost" },
      body,
    });
  return {
    send,
    post: (fields) =>
      send(JSON.stringify({
        model: "claude-sonnet-5",
        max_tokens: 1024,
        messages: [{ role: "user", content: "Hello" }],
        ...fields,
      })),
    async [Symbol.asyncDispose]() {
      tokens.close();
      await kv[Symbol.asyncDispose]();
    },
  };
}
