/**
 * What a translated stream costs in CPU beside the bare relay of its bytes: two
 * proxies, each a process of its own, on the same upstream in turn. Reads the
 * processes' times from /proc, so it runs on Linux only.
 *
 * @module
 */
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import { startProxyProcess } from "../e2e/proxy_process.ts";

const CHUNKS = 300;
const STREAMS = 300;
const CONCURRENCY = 16;
const ROUNDS = 5;
/** What /proc counts in, on every Linux there is. */
const TICK_MS = 10;

const encoder = new TextEncoder();
const PIECES = [
  ...Array.from({ length: CHUNKS - 1 }, (_, i) => textChunk(`word ${i} `)),
  finishChunk("stop"),
].map((chunk) => encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`))
  .concat(encoder.encode("data: [DONE]\n\n"));

const BODY = JSON.stringify({
  model: "claude-sonnet-5",
  max_tokens: 1_000,
  stream: true,
  messages: [{ role: "user", content: "Hello" }],
});

/** How many chunks the upstream sends at once. */
let perWrite = 1;

const ended = new AbortController();
const upstream = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  signal: ended.signal,
  onListen: () => {},
}, () => new Response(piecewise()));
const url = `http://127.0.0.1:${upstream.addr.port}/v1`;

{
  await using relay = await startRelay();
  await using proxy = await startProxyProcess({
    environment: {
      OPENAI_BASE_URL: url,
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
    },
    signal: ended.signal,
  });
  for (perWrite of [1, 10]) {
    print(`${CHUNKS} chunks, ${perWrite} a write of the upstream:\n`);
    const relayed: number[] = [], translated: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const costs = [await cost(relay), await cost(proxy)] as const;
      if (round === 0) continue; // warms both up
      relayed.push(costs[0]);
      translated.push(costs[1]);
    }
    const ratios = translated.map((cost, i) => cost / (relayed[i] ?? NaN));
    print(`  bare relay  ${median(relayed).toFixed(2)} ms of CPU a stream\n`);
    print(`  ccproxy     ${median(translated).toFixed(2)} ms\n`);
    print(`  ratio       ${median(ratios).toFixed(2)}, median of ${ROUNDS}\n`);
  }
}
ended.abort();
await upstream.finished;

/** As fast as it is read, `perWrite` chunks at once. */
function piecewise(): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      if (next >= PIECES.length) return controller.close();
      const pieces = new Blob(PIECES.slice(next, next += perWrite));
      controller.enqueue(await pieces.bytes());
    },
  });
}

/** CPU milliseconds a stream, of the process that serves it. */
async function cost(
  { url, pid }: { url: string; pid: number },
): Promise<number> {
  const before = await cpuMs(pid);
  let left = STREAMS;
  await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
    while (left-- > 0) await readToEnd(url);
  }));
  return (await cpuMs(pid) - before) / STREAMS;
}

async function readToEnd(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    body: BODY,
  });
  for await (const _ of response.body ?? []);
}

async function cpuMs(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * TICK_MS;
}

/** The least a proxy can do: pass the bytes on. */
async function startRelay() {
  const code = `
    const { port } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => new Response((await fetch("${url}", { method: "POST", body: await request.text() })).body)).addr;
    console.log(port);
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    stdout: "piped",
    signal: ended.signal,
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const port = new TextDecoder().decode(value).trim();
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill();
      await reader.cancel();
      await child.status;
    },
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text));
}
