/**
 * Serves the demo upstream on loopback.
 *
 * @module
 */
import { openaiError } from "./replies.ts";
import {
  createDemoUpstream,
  type DemoUpstream,
  type DemoUpstreamOptions,
} from "./upstream.ts";

/** Options for {@linkcode serveDemoUpstream}. */
export interface ServeOptions extends DemoUpstreamOptions {
  /** @default {0} any free port */
  port?: number;
}

/** A listening demo upstream; disposing of it ends its connections. */
export interface ServedUpstream extends AsyncDisposable {
  readonly upstream: DemoUpstream;
  /** Base URL for an OpenAI client: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string;
}

/**
 * Starts a demo upstream on 127.0.0.1. A script that throws causes a status 500
 * with its message.
 */
export function serveDemoUpstream(options: ServeOptions = {}): ServedUpstream {
  const { port = 0, ...rest } = options;
  const upstream = createDemoUpstream(rest);
  const stop = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    signal: stop.signal,
    onListen() {},
    onError: toServerError, // a reply's `cut` is reported here too
  }, upstream.fetch);
  return {
    upstream,
    baseUrl: `http://127.0.0.1:${server.addr.port}/v1`,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}

function toServerError(thrown: unknown): Response {
  const body = openaiError(String(thrown), { type: "server_error" });
  return Response.json(body, { status: 500 });
}
