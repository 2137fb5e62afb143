/**
 * How upstreams are spoken to: `fetch` over HTTP clients of our own.
 *
 * @module
 */
import { ConnectWatch, type Probe } from "./connect_watch.ts";
import { Origin, type PoolLimits } from "./origin.ts";
import { receive, type Received } from "./receive.ts";

/** A request as it is sent. */
export interface TransportRequest {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  /** Ends the request until its answer begins; then cancelling the body does. */
  signal: AbortSignal;
}

/** Sends a request, and resolves when the answer begins. */
export type Transport = (
  url: string,
  request: TransportRequest,
) => Promise<Received>;

/** Options for {@linkcode createTransport}. */
export interface TransportOptions {
  fetch: (
    url: string,
    init: RequestInit & { client: Deno.HttpClient },
  ) => Promise<Response>;
  /** Makes an HTTP client with connections of its own. */
  createClient: () => Deno.HttpClient;
  /** `null`: servers are reached through a proxy, not directly. */
  probe: Probe | null;
  pool: PoolLimits;
  /** How long connecting may take, in milliseconds. */
  connectTimeoutMs: number;
  /** Requests one HTTP/2 connection is given. @default {80} */
  maxStreams?: number;
}

/** A {@linkcode Transport} that can be closed. */
export interface OpenTransport {
  send: Transport;
  /** Closes all connections. */
  close(): void;
}

/**
 * Servers are asked to allow 100 streams at least, and few allow less. Beyond
 * their limit requests wait unseen, and the next one that is cancelled takes the
 * connection down with all the others: Deno sends the waiting request before it
 * says that there is room. What is over here may not be over there, so 80.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2}
 */
const MAX_STREAMS = 80;

/** How many connections a burst may open at once before one is known to serve all. */
const MAX_COLD_REQUESTS = 8;

/** A server and the watch over connecting to it. */
interface Server {
  origin: Origin;
  watch: ConnectWatch | null;
}

/** Makes a {@linkcode Transport}. Connections are opened when they are needed. */
export function createTransport(options: TransportOptions): OpenTransport {
  const servers = new Map<string, Server>();

  function serverOf(url: string): Server {
    const { origin } = new URL(url);
    const known = servers.get(origin);
    if (known) return known;
    const server = createServer(new URL(url), options);
    servers.set(origin, server);
    return server;
  }

  async function send(
    url: string,
    { signal, ...request }: TransportRequest,
  ): Promise<Received> {
    const { origin, watch } = serverOf(url);
    const shared = await origin.enter(signal);
    const abort = new AbortController();
    const forward = () => abort.abort(signal.reason);
    if (signal.aborted) forward();
    signal.addEventListener("abort", forward, { once: true });
    const endWatch = watch?.begin(abort);
    let received: Received | undefined;
    try {
      const { client } = shared;
      const init = {
        ...request,
        client,
        signal: abort.signal,
        redirect: "manual" as const, // or keys and prompts would follow it anywhere
      };
      const response = await options.fetch(url, init);
      origin.answered(shared);
      received = receive(response);
      received.body?.closed.then(() => origin.leave(shared));
      return received;
    } finally {
      endWatch?.();
      signal.removeEventListener("abort", forward);
      if (!received?.body) origin.leave(shared);
    }
  }

  return {
    send,
    close() {
      for (const { origin } of servers.values()) origin.close();
    },
  };
}

function createServer(
  { protocol, hostname, port }: URL,
  { createClient, probe, pool, connectTimeoutMs, maxStreams = MAX_STREAMS }:
    TransportOptions,
): Server {
  const isSecure = protocol === "https:";
  const origin = new Origin({
    ...pool,
    isSecure,
    createClient,
    maxStreams,
    maxColdRequests: MAX_COLD_REQUESTS,
  });
  const watch = probe && new ConnectWatch({
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port) || (isSecure ? 443 : 80),
    probe,
    timeoutMs: connectTimeoutMs,
    answeredAt: () => origin.answeredAt,
  });
  return { origin, watch };
}
