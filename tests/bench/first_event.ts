/**
 * How much later a client gets the first event: from the upstream itself,
 * through a bare relay, and through the proxy, in turn. Wall-clock time.
 *
 * @module
 */
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import { startProxyProcess } from "../e2e/proxy_process.ts";
import { median, print } from "./cpu.ts";
import { startRelay } from "./relay.ts";

const ROUNDS = 400;
/** Requests that only warm up, each. */
const WARM_UP = 200;

const encoder = new TextEncoder();
const event = (data: unknown) =>
  encoder.encode(`data: ${JSON.stringify(data)}\n\n`);

/** Sends the first word at once, and the rest a little later. */
function answer(): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(event(textChunk("Hello")));
      await new Promise((resolve) => setTimeout(resolve, 2));
      controller.enqueue(event(finishChunk("stop")));
      controller.enqueue(encoder.encode("data: [DONE]\n\n"));
      controller.close();
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream" },
  });
}

const ended = new AbortController();
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, signal: ended.signal, onListen() {} },
  async (request) => {
    await request.body?.cancel();
    return answer();
  },
);
const url = `http://127.0.0.1:${server.addr.port}/v1`;

{
  await using relay = await startRelay(url, { signal: ended.signal });
  await using proxy = await startProxyProcess({
    environment: {
      OPENAI_BASE_URL: url,
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
      WORKERS: "1",
    },
    signal: ended.signal,
  });
  const rows = [
    { name: "the upstream itself", url, all: [] as number[] },
    { name: "bare relay", url: relay.url, all: [] as number[] },
    { name: "ccproxy", url: proxy.url, all: [] as number[] },
  ];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { url, all } of rows) {
      const ms = await firstEventMs(url);
      if (round >= 0) all.push(ms);
    }
  }
  const direct = median(rows[0]?.all ?? []);
  const relayed = median(rows[1]?.all ?? []) - direct;
  print("time to the first event, median of the wall clock:\n");
  for (const { name, all } of rows) {
    const added = median(all) - direct;
    print(
      `  ${name.padEnd(20)}  ${median(all).toFixed(2)} ms, ` +
        `added ${added.toFixed(2)} ms, ` +
        `ratio to the relay's ${(added / relayed).toFixed(2)}\n`,
    );
  }
}
ended.abort();
await server.finished;

async function firstEventMs(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    // Unique: a repeated one would be answered from the cache.
    body: JSON.stringify({
      model: "claude-sonnet-5",
      max_tokens: 1_000,
      stream: true,
      messages: [{ role: "user", content: `Hello ${crypto.randomUUID()}` }],
    }),
  });
  let ms = NaN;
  for await (const _ of response.body ?? []) {
    if (Number.isNaN(ms)) ms = performance.now() - start;
  }
  return ms;
}
