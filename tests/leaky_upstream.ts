/**
 * An upstream that reveals whatever key it is asked with.
 *
 * @module
 */

/** The key a request was sent with, wherever it was. */
function keyOf({ headers, url }: Request): string {
  return headers.get("authorization")?.replace("Bearer ", "") ??
    headers.get("x-api-key") ?? headers.get("api-key") ?? url;
}

type Leak = (key: string) => Response;

const json = (status: number, body: unknown, headers: HeadersInit = {}) =>
  Response.json(body, { status, headers });

const sse = (...data: string[]) =>
  new Response(data.map((line) => `data: ${line}\n\n`).join(""), {
    headers: { "content-type": "text/event-stream" },
  });

const chunk = (delta: unknown, finish_reason: string | null = null) =>
  JSON.stringify({
    id: "c",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  });

/** How keys leak: in errors, headers, invalid answers, and streams. */
export const LEAKS: Readonly<Record<string, Leak>> = {
  "a refused key": (key) =>
    json(401, { error: { message: `Incorrect API key provided: ${key}.` } }),
  "a refused key, quoted": (key) =>
    json(403, { error: { message: JSON.stringify({ key }), code: key } }),
  "headers": (key) =>
    json(400, { error: { message: "no", type: key, param: key } }, {
      "x-request-id": key,
      "request-id": key,
      "retry-after": key,
      "x-echo": key,
      "www-authenticate": `Bearer ${key}`,
    }),
  "a limit": (key) =>
    json(429, { error: { message: `Too many for ${key}` } }, {
      "x-request-id": key,
    }),
  "plain text": (key) => new Response(`boom ${key}`, { status: 500 }),
  "a web page": (key) =>
    new Response(`<html><body>Bad gateway ${encodeURIComponent(key)}`, {
      status: 502,
      headers: { "content-type": "text/html" },
    }),
  "an Anthropic error": (key) =>
    json(400, {
      type: "error",
      error: { type: "invalid_request_error", message: `x-api-key ${key}` },
      request_id: key,
    }),
  "a redirect": (key) =>
    new Response(null, {
      status: 307,
      headers: { location: `http://127.0.0.1:1/?key=${key}` },
    }),
  "an answer that is none": (key) => json(200, { echo: key }),
  "text in place of an answer": (key) => new Response(`your key is ${key}`),
  "an error in a whole answer": (key) =>
    json(200, { error: { message: `no such key: ${key}`, code: 401 } }),
  "an error in a stream": (key) =>
    sse(chunk({ content: "Hi" }), JSON.stringify({ error: { message: key } })),
  "nonsense in a stream": (key) => sse(chunk({ content: "Hi" }), `{${key}`),
  "an unknown finish": (key) => sse(chunk({ content: "Hi" }), chunk({}, key)),
  "a stream without an end": (key) => sse(chunk({ content: key })),
  "a message": (key) =>
    sse(chunk({ content: key }), chunk({}, "stop"), "[DONE]"),
};

/** Leaks keys in one of these ways. */
export interface LeakyUpstream extends AsyncDisposable {
  /** Base URL, without a version. */
  url: string;
  /** How the next key leaks. */
  leak: keyof typeof LEAKS;
}

/** Starts a {@linkcode LeakyUpstream}. */
export function serveLeakyUpstream(): LeakyUpstream {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      await request.body?.cancel();
      const answer = LEAKS[upstream.leak]?.(keyOf(request));
      return answer ?? new Response(null, { status: 404 });
    },
  );
  const upstream: LeakyUpstream = {
    url: `http://127.0.0.1:${server.addr.port}`,
    leak: "a refused key",
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return upstream;
}
