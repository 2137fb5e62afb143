/**
 * An upstream that speaks the Messages API, for the proxy to pass through to.
 * It plays a test's script, byte for byte.
 *
 * @module
 */
import { type Proxy, type ProxyOptions, startProxy } from "./support.ts";

/** A request as the upstream received it. */
export interface Asked {
  /** Path and query. */
  path: string;
  headers: Headers;
  bodyText: string;
  body: Record<string, unknown>;
  /** Settles when its connection is finished. */
  ended: Promise<"finished" | "cancelled">;
}

/** Answers a request; `number` counts from 1. */
export type Script = (
  asked: Asked,
  number: number,
) => Response | Promise<Response>;

/** Proxy and upstream; disposing of it closes both. */
export interface Passing extends AsyncDisposable {
  proxy: Proxy;
  /** Requests so far, oldest first. */
  asked: readonly Asked[];
}

/** An upstream that listens; disposing of it ends its connections. */
export interface ServedMessages extends AsyncDisposable {
  /** Base URL, `http://127.0.0.1:<port>/v1`. */
  baseUrl: string;
  /** Requests so far, oldest first. */
  asked: readonly Asked[];
}

/** Serves an upstream that plays `script`. */
export function serveMessages(script: Script): ServedMessages {
  const asked: Asked[] = [];
  const stop = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen() {},
    onError: () => new Response(null, { status: 500 }), // also for an error in the body
  }, async (request) => {
    const ended = Promise.withResolvers<"finished" | "cancelled">();
    request.signal.addEventListener("abort", () => ended.resolve("cancelled"));
    const { pathname, search } = new URL(request.url);
    const bodyText = await request.text();
    const entry: Asked = {
      path: `${pathname}${search}`,
      headers: new Headers(request.headers),
      bodyText,
      body: JSON.parse(bodyText),
      ended: ended.promise,
    };
    asked.push(entry);
    return await script(entry, asked.length);
  });
  return {
    baseUrl: `http://127.0.0.1:${server.addr.port}/v1`,
    asked,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}

/** Starts a proxy that passes through to an upstream that plays `script`. */
export async function startPassing(
  script: Script = () => Response.json(MESSAGE),
  { environment, ...options }: ProxyOptions = {},
): Promise<Passing> {
  await using parts = new AsyncDisposableStack();
  const { baseUrl, asked } = parts.use(serveMessages(script));
  const proxy = parts.use(startProxy({
    ...options,
    environment: {
      OPENAI_BASE_URL: baseUrl,
      UPSTREAM_API: "anthropic",
      ...environment,
    },
  }));
  const running = parts.move();
  return {
    proxy,
    asked,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A whole message; constructed from the API's manual. */
export const MESSAGE = {
  id: "msg_up",
  type: "message",
  role: "assistant",
  model: "big-model",
  content: [{ type: "text", text: "Hello", citations: null }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 3 },
};

/** An event as an upstream writes it. */
export function sse(data: { type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The same message as events; constructed from the API's manual. */
export const EVENTS = {
  start: sse(Object({
    type: "message_start",
    message: {
      ...MESSAGE,
      content: [],
      stop_reason: null,
      usage: { ...MESSAGE.usage, output_tokens: 1 },
    },
  })),
  block: sse(Object({
    type: "content_block_start",
    index: 0,
    content_block: { type: "text", text: "" },
  })),
  delta: sse(Object({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text: "Hello" },
  })),
  blockStop: sse(Object({ type: "content_block_stop", index: 0 })),
  end: sse(Object({
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 3 },
  })),
  stop: sse({ type: "message_stop" }),
};

/** All of a message's events. */
export const STREAM = Object.values(EVENTS).join("");

/** Answers with an event stream. */
export function eventStream(
  body: string | ReadableStream<Uint8Array>,
): Response {
  return new Response(body, {
    headers: { "content-type": "text/event-stream; charset=utf-8" },
  });
}

/** An error in the API's own envelope. */
export function errorReply(
  status: number,
  error: Record<string, unknown>,
  headers: Record<string, string> = {},
): Response {
  const body = { type: "error", error, request_id: "req_upstream" };
  return Response.json(body, { status, headers });
}

/** What the log has under a message. */
export function logEntry(
  logged: readonly string[],
  message: string,
): Record<string, unknown> {
  return logged.map((line) => JSON.parse(line))
    .find((entry) => entry.message === message);
}
