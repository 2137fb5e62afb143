/**
 * The program as a process: clients that leave it, and signals to stop. With
 * `CCPROXY_BINARY`, the compiled one.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import { chunks, rawStream, type Reply } from "../src/demo/replies.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import { serveCollector } from "./collector.ts";
import { type Settings, startProxyProcess } from "./e2e/proxy_process.ts";
import { parseEvents, postMessages, readEvents } from "./support.ts";

/** Processes must end by themselves; this limit is for those that do not. */
const OPTIONS = { timeout: 60_000 };

function sse(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** An answer in two parts, the second when `goOn` settles. */
async function* inTwoParts(goOn: Promise<void>): AsyncGenerator<string> {
  yield sse(textChunk("one "));
  await goOn;
  yield sse(textChunk("two"));
  yield `${sse(finishChunk("stop"))}data: [DONE]\n\n`;
}

/** A proxy process in front of an upstream that plays `script`. */
async function start(
  script: (exchange: Exchange) => Reply | undefined | Promise<undefined>,
  settings: Settings = {},
) {
  await using parts = new AsyncDisposableStack();
  const upstream = parts.use(serveDemoUpstream({ script }));
  const { signal } = new AbortController();
  const proxy = parts.use(
    await startProxyProcess({
      signal,
      environment: {
        OPENAI_BASE_URL: upstream.baseUrl,
        BIG_MODEL_NAME: "big",
        SMALL_MODEL_NAME: "small",
        ...settings,
      },
    }),
  );
  const running = parts.move();
  return {
    proxy,
    upstream: upstream.upstream,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

for (const stream of [true, false]) {
  Deno.test(
    `a client that leaves the program ends the upstream's work (stream: ${stream})`,
    OPTIONS,
    async () => {
      const asked = Promise.withResolvers<void>();
      await using parts = await start(({ ended }) => {
        asked.resolve();
        return ended.then(() => undefined);
      });
      const { proxy, upstream } = parts;
      const client = new AbortController();
      const { signal } = client;
      const left = postMessages(proxy, { stream }, { signal });
      await asked.promise;
      client.abort();
      await left.catch(() => {});
      equal(await upstream.exchanges[0]?.ended, "cancelled");
      await proxy.says("message");
      ok(proxy.logged.some((line) => line.includes("client gone")));
    },
  );
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(
    `${signal} lets a stream finish, takes nothing new, and ends with 0`,
    OPTIONS,
    async () => {
      const goOn = Promise.withResolvers<void>();
      await using parts = await start(() =>
        rawStream(inTwoParts(goOn.promise))
      );
      const { proxy } = parts;
      equal(
        await (await fetch(`${proxy.url}/ready`)).text(),
        '{"status":"ready"}',
      );
      const response = await postMessages(proxy, { stream: true });
      proxy.kill(signal);
      await proxy.says("draining");
      const refused = await postMessages(proxy, {}).catch((error) => error);
      ok(refused instanceof TypeError);
      goOn.resolve();
      const events = await readEvents(response);
      equal(events.at(-1)?.event, "message_stop");
      equal((await proxy.status).code, 0);
    },
  );
}

for (const WORKERS of ["1", "2"]) {
  Deno.test(
    `SIGTERM sends a collector the spans that it has not had yet (threads: ${WORKERS})`,
    OPTIONS,
    async () => {
      await using collector = serveCollector();
      await using parts = await start(() => undefined, {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        WORKERS,
      });
      const { proxy } = parts;
      await (await postMessages(proxy, { stream: true })).text();
      proxy.kill("SIGTERM");
      equal((await proxy.status).code, 0);
      const [request, ...children] = collector.spans;
      equal(request?.name, "POST /v1/messages");
      deepEqual(
        children.map(({ name }) => name),
        ["translate", "cache", "chat big", "stream"],
      );
      for (const { parentSpanId } of children) {
        equal(parentSpanId, request.spanId);
      }
    },
  );
}

Deno.test(
  "SIGTERM waits for no collector that is silent",
  OPTIONS,
  async () => {
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using parts = await start(() => undefined, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${silent.addr.port}`,
    });
    const { proxy } = parts;
    await (await postMessages(proxy, {})).text();
    proxy.kill("SIGTERM");
    equal((await proxy.status).code, 0);
  },
);

Deno.test(
  "SIGTERM ends at once with 0 what only keeps connections",
  OPTIONS,
  async () => {
    await using parts = await start(() => undefined);
    const { proxy } = parts;
    const { hostname, port } = new URL(proxy.url);
    using fresh = await Deno.connect({ hostname, port: Number(port) });
    using half = await Deno.connect({ hostname, port: Number(port) });
    await half.write(
      new TextEncoder().encode("POST /v1/messages HTTP/1.1\r\n"),
    );
    await (await postMessages(proxy, {})).body?.cancel(); // and is kept alive
    proxy.kill("SIGTERM");
    equal((await proxy.status).code, 0);
    equal(await fresh.read(new Uint8Array(1)), null);
  },
);

Deno.test(
  "the shutdown's deadline ends streams with an error event and the rest with 529, then ends with 1",
  OPTIONS,
  async () => {
    const waits = Promise.withResolvers<void>();
    await using parts = await start(({ body, number, ended }) => {
      if (number === 2) waits.resolve();
      return body.stream
        ? chunks([textChunk("Once ")], { end: "hang" })
        : ended.then(() => undefined);
    }, { SHUTDOWN_TIMEOUT: "0.3" });
    const { proxy, upstream } = parts;
    const streamed = await postMessages(proxy, { stream: true });
    // Another question, otherwise it would share the stream's answer.
    const waiting = postMessages(proxy, { max_tokens: 7 });
    await waits.promise;
    proxy.kill("SIGTERM");
    const last = parseEvents(await streamed.text()).at(-1);
    equal(last?.event, "error");
    const { type, message } = Object(last?.data).error;
    equal(type, "overloaded_error");
    match(message, /shutting down/);
    const refused = await waiting;
    equal(refused.status, 529);
    equal(refused.headers.get("x-should-retry"), null);
    equal((await refused.json()).error.type, "overloaded_error");
    equal((await proxy.status).code, 1);
    for (const exchange of upstream.exchanges) {
      equal(await exchange.ended, "cancelled");
    }
    equal(upstream.exchanges.length, 2);
  },
);

Deno.test(
  "the shutdown's deadline waits for no client that does not read",
  OPTIONS,
  async () => {
    const word = sse(textChunk("word ".repeat(10_000)));
    const flood = () =>
      rawStream((function* () {
        for (;;) yield word;
      })());
    await using parts = await start(flood, { SHUTDOWN_TIMEOUT: "0.3" });
    const { proxy } = parts;
    const response = await postMessages(proxy, { stream: true });
    proxy.kill("SIGTERM");
    equal((await proxy.status).code, 1);
    await response.body?.cancel();
  },
);

Deno.test(
  "a second signal ends the program at once with 1",
  OPTIONS,
  async () => {
    await using parts = await start(() =>
      chunks([textChunk("Once ")], { end: "hang" })
    );
    const { proxy } = parts;
    const response = await postMessages(proxy, { stream: true });
    proxy.kill("SIGTERM");
    await proxy.says("draining");
    proxy.kill("SIGINT");
    equal((await proxy.status).code, 1);
    await response.body?.cancel().catch(() => {});
  },
);
