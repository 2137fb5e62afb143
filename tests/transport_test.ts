/**
 * How the proxy connects to upstreams: connections, HTTP/2, compression,
 * retries.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
} from "../src/demo/replies.ts";
import { createDemoUpstream } from "../src/demo/upstream.ts";
import {
  parseEvents,
  postMessages,
  type Proxy,
  readEvents,
  startProxy,
} from "./support.ts";

/** The embedded upstream on a server that counts its connections. */
function serveCounting(tls: { cert?: string; key?: string } = {}) {
  const { fetch } = createDemoUpstream({ firstChunkMs: 20 });
  const peers = new Set<number>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    ...tls,
  } as Deno.ServeTcpOptions, (request, { remoteAddr }) => {
    peers.add((remoteAddr as Deno.NetAddr).port);
    return fetch(request);
  });
  const scheme = tls.cert ? "https" : "http";
  return {
    /** Ports of the peers: one per connection. */
    peers,
    environment: {
      OPENAI_BASE_URL: `${scheme}://localhost:${server.addr.port}/v1`,
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function drain(response: Promise<Response>): Promise<void> {
  const events = parseEvents(await (await response).text());
  equal(events.at(-1)?.event, "message_stop");
}

Deno.test("upstream connections are kept alive from request to request", async () => {
  await using upstream = serveCounting();
  await using proxy = startProxy({ environment: upstream.environment });
  for (let i = 0; i < 5; i++) {
    await drain(postMessages(proxy, { stream: true }));
  }
  equal(upstream.peers.size, 1);
});

Deno.test("upstream requests share one connection where HTTP/2 is offered", async () => {
  const folder = new URL("./fixtures/tls/", import.meta.url);
  const ca = await Deno.readTextFile(new URL("ca.pem", folder));
  const cert = await Deno.readTextFile(new URL("cert.pem", folder));
  const key = await Deno.readTextFile(new URL("key.pem", folder));
  await using upstream = serveCounting({ cert, key });
  await using proxy = startProxy({
    environment: upstream.environment,
    caCerts: [ca],
  });
  await drain(postMessages(proxy, { stream: true }));
  upstream.peers.clear();
  await Promise.all(
    Array.from(
      { length: 50 },
      () => drain(postMessages(proxy, { stream: true })),
    ),
  );
  equal(upstream.peers.size, 1);
});

const SSE = [textChunk("squeezed"), finishChunk("stop")]
  .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") +
  "data: [DONE]\n\n";

const JSON_BODY = JSON.stringify({
  choices: [{
    message: { role: "assistant", content: "squeezed" },
    finish_reason: "stop",
  }],
});

const ENCODINGS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

for (const [encoding, encode] of Object.entries(ENCODINGS)) {
  const headers = { "content-encoding": encoding };

  Deno.test(`an upstream may compress its answers with ${encoding}`, async () => {
    await using proxy = startProxy({
      script: ({ body }) =>
        body.stream
          ? rawStream([encode(SSE)], { headers })
          : rawStream([encode(JSON_BODY)], {
            headers,
            contentType: "application/json",
          }),
    });
    const message = await (await postMessages(proxy, {})).json();
    equal(message.content[0].text, "squeezed");
    const response = await postMessages(proxy, { stream: true });
    equal(response.headers.get("content-encoding"), null);
    const [, , delta] = await readEvents(response);
    deepEqual(delta?.data.delta, { type: "text_delta", text: "squeezed" });
  });

  Deno.test(`an upstream may compress its errors with ${encoding}`, async () => {
    const body = JSON.stringify(openaiError("no such thing"));
    await using proxy = startProxy({
      script: () =>
        rawStream([encode(body)], {
          status: 400,
          headers,
          contentType: "application/json",
        }),
    });
    const response = await postMessages(proxy, {});
    equal(response.status, 400);
    ok((await response.json()).error.message.endsWith("no such thing"));
  });
}

/** Status of an answer whose body does not matter. */
async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.body?.cancel();
  return response.status;
}

/** Refuses the first `times` requests. */
function failing(times: number, status: number, headers = {}) {
  return ({ number }: { number: number }) =>
    number <= times
      ? refusal(status, openaiError("not now"), headers)
      : undefined;
}

function retries({ logged }: Proxy): { attempt: number; delayMs: number }[] {
  return logged.filter((line) => line.includes("attempt failed"))
    .map((line) => JSON.parse(line));
}

for (const status of [408, 409, 429, 500, 502, 503, 529]) {
  Deno.test(`a ${status} of the upstream is tried again, visibly`, async () => {
    await using proxy = startProxy({ script: failing(2, status) });
    equal(await statusOf(postMessages(proxy, {})), 200);
    equal(proxy.upstream.exchanges.length, 3);
    deepEqual(retries(proxy).map(({ attempt }) => attempt), [1, 2]);
  });
}

for (const status of [400, 401, 402, 403, 404, 413, 422]) {
  Deno.test(`a ${status} of the upstream is not tried again`, async () => {
    await using proxy = startProxy({ script: failing(1, status) });
    ok(await statusOf(postMessages(proxy, {})) >= 400);
    equal(proxy.upstream.exchanges.length, 1);
  });
}

Deno.test("retry-after of the upstream is waited for where it is short", async () => {
  await using proxy = startProxy({
    script: failing(1, 429, { "retry-after-ms": "30" }),
  });
  equal(await statusOf(postMessages(proxy, {})), 200);
  deepEqual(retries(proxy).map(({ delayMs }) => delayMs), [30]);
});

Deno.test("retry-after of the upstream is passed on where it is long", async () => {
  await using proxy = startProxy({
    script: failing(9, 429, { "retry-after": "7" }),
  });
  const response = await postMessages(proxy, {});
  equal((await response.json()).error.type, "rate_limit_error");
  equal(response.headers.get("retry-after"), "7");
  equal(proxy.upstream.exchanges.length, 1);
});

Deno.test("a client that leaves during the wait for a retry ends the request", async () => {
  const retry = { maxAttempts: 3, baseMs: 1_000, maxMs: 60_000 };
  const refused = Promise.withResolvers<void>();
  await using proxy = startProxy({
    retry,
    script({ number }) {
      refused.resolve();
      return failing(9, 429, { "retry-after": "60" })({ number });
    },
  });
  const client = new AbortController();
  const { signal } = client;
  const asked = postMessages(proxy, {}, { signal }).catch((error) => error);
  await refused.promise;
  client.abort();
  equal((await asked).name, "AbortError");
  equal(proxy.upstream.exchanges.length, 1);
});

Deno.test("an upstream that is not there is a 502 that names no address", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using proxy = startProxy({
    environment: { OPENAI_BASE_URL: `http://me:secret@127.0.0.1:${port}/v1` },
  });
  const response = await postMessages(proxy, {});
  equal(response.status, 502);
  const { error } = await response.json();
  equal(error.type, "api_error");
  equal(error.message, "Cannot reach upstream 127.0.0.1: connection refused");
  ok(!proxy.logged.join("").includes("secret"));
});

Deno.test("an upstream that falls silent is let go with a 504", async () => {
  await using proxy = startProxy({
    environment: { UPSTREAM_IDLE_TIMEOUT: "0.05" },
    retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
    script: () => chunks([], { end: "hang" }),
  });
  const response = await postMessages(proxy, {});
  equal(response.status, 504);
  equal((await response.json()).error.type, "timeout_error");
  equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
});
