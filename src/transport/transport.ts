/**
 * How upstreams are reached: `fetch` over HTTP clients of our own.
 *
 * @module
 */
import { ConnectWatch, type Probe } from "./connect_watch.ts";
import { Origin, type PoolLimits } from "./origin.ts";
import { receive, type Received } from "./receive.ts";

/** A request to send. */
export interface TransportRequest {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  /** Aborts the request until its answer begins; then cancel the body. */
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
  /** Creates an HTTP client with its own connections. */
  createClient: () => Deno.HttpClient;
  /** `null`: servers are reached through an HTTP proxy, not directly. */
  probe: Probe | null;
  pool: PoolLimits;
  /** How long connecting may take, in milliseconds. */
  connectTimeoutMs: number;
  /** Maximum requests on one HTTP/2 connection. @default {80} */
  maxStreams?: number;
}

/** A {@linkcode Transport} that can be closed. */
export interface OpenTransport {
  send: Transport;
  /** Closes all connections. */
  close(): void;
}

/**
 * Servers should allow at least 100 streams, and few allow less. Beyond the
 * limit requests wait unnoticed, and the next one cancelled takes the
 * connection down with all the others: Deno sends the waiting request before it
 * signals that there is room. A stream ended here may not be ended there, so
 * 80.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2}
 */
const MAX_STREAMS = 80;

/** Connections a burst may open at once before one is known to serve all. */
const MAX_COLD_REQUESTS = 8;

/** A server, and the watch over connecting to it. */
interface Server {
  origin: Origin;
  watch: ConnectWatch | null;
}

/** Creates a {@linkcode Transport}. Connections are opened on demand. */
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
        redirect: "manual" as const, // otherwise keys and prompts would follow the redirect anywhere
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
