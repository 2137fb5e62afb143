/**
 * CPU cost of a translated stream compared with relaying its bytes, by Deno and
 * by a script: proxies, each in its own process, with the same upstream in
 * turn. An answer of 3 chunks shows the cost of a request whatever its answer's
 * length. Reads the processes' times from /proc, so it runs on Linux only.
 *
 * @module
 */
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import {
  type ProxyProcess,
  type Settings,
  startProxyProcess,
} from "../e2e/proxy_process.ts";
import { median, print } from "./cpu.ts";
import { startRelay } from "./relay.ts";

const STREAMS = 150;
const CONCURRENCY = 16;
/** Measured rounds, and warm-up rounds before them. */
const ROUNDS = 7, WARM_UP = 3;
/** The unit of /proc, on every Linux. */
const TICK_MS = 10;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An answer: its head, its chunks, its end. */
function toFrames(chunks: number): string[] {
  return [
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n" +
    "transfer-encoding: chunked\r\n\r\n",
    ...[
      ...Array.from({ length: chunks - 1 }, (_, i) => textChunk(`word ${i} `)),
      finishChunk("stop"),
    ].map((chunk) => frame(`data: ${JSON.stringify(chunk)}\n\n`)),
    frame("data: [DONE]\n\n"),
    "0\r\n\r\n",
  ];
}

function frame(data: string): string {
  return `${encoder.encode(data).length.toString(16)}\r\n${data}\r\n`;
}

/** A unique body: a repeated one would be answered from the cache. */
function newBody(): string {
  return JSON.stringify({
    model: "claude-sonnet-5",
    max_tokens: 1_000,
    stream: true,
    messages: [{ role: "user", content: `Hello ${crypto.randomUUID()}` }],
  });
}

/** What the upstream writes to its socket, one write after the other. */
let writes: Uint8Array[] = [];

function setAnswer(chunks: number, perWrite: number): void {
  const frames = toFrames(chunks);
  writes = [];
  for (let at = 0; at < frames.length; at += perWrite) {
    writes.push(encoder.encode(frames.slice(at, at + perWrite).join("")));
  }
}

const ended = new AbortController();
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const url = `http://127.0.0.1:${listener.addr.port}/v1`;
const served = serve();

function startProxy(settings: Settings): Promise<ProxyProcess> {
  return startProxyProcess({
    environment: {
      OPENAI_BASE_URL: url,
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
      ...settings,
    },
    signal: ended.signal,
  });
}

{
  const { signal } = ended;
  await using relay = await startRelay(url, { signal });
  await using script = await startRelay(url, { signal, how: "byScript" });
  await using single = await startProxy({ WORKERS: "1" });
  await using uncached = await startProxy({
    WORKERS: "1",
    RESPONSE_CACHE: "off",
  });
  await using threads = await startProxy({ WORKERS: "2" });
  const rows = {
    "bare relay": relay,
    "bare relay by a script": script,
    "ccproxy": single,
    "RESPONSE_CACHE=off": uncached,
    "WORKERS=2": threads,
  };
  const answers: [number, number][] = [[300, 1], [300, 10], [3, 1]];
  for (const [chunks, perWrite] of answers) {
    setAnswer(chunks, perWrite);
    print(`${chunks} chunks, ${perWrite} a write of the upstream:\n`);
    const costs = Object.entries(rows).map(([name, place]) => ({
      name,
      place,
      all: [] as number[],
    }));
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      for (const { place, all } of costs) {
        const one = await cost(place);
        if (round >= 0) all.push(one);
      }
    }
    for (const { name, all } of costs) {
      const ratios = all.map((one, i) => one / (costs[0]?.all[i] ?? NaN));
      print(
        `  ${name.padEnd(22)}  ${median(all).toFixed(2)} ms of CPU a stream, ` +
          `ratio ${median(ratios).toFixed(2)}\n`,
      );
    }
  }
}
ended.abort();
listener.close();
await served;

/**
 * The upstream: bare HTTP/1.1, so that each chunk is a chunk of the transfer
 * coding, as model servers send them, however many share a packet.
 */
async function serve(): Promise<void> {
  for await (const connection of listener) {
    answer(connection).catch(() => {}); // the peer has left
  }
}

async function answer(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    // A request of the bench is small: it arrives in one or two reads.
    let text = "";
    while (!text.endsWith("}")) {
      const length = await connection.read(buffer);
      if (length === null) return connection.close();
      text += decoder.decode(buffer.subarray(0, length));
    }
    for (const bytes of writes) await writeAll(connection, bytes);
  }
}

async function writeAll(
  connection: Deno.TcpConn,
  bytes: Uint8Array,
): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await connection.write(bytes.subarray(written));
  }
}

/** CPU milliseconds per stream, of the process that serves it. */
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
    body: newBody(),
  });
  for await (const _ of response.body ?? []);
}

async function cpuMs(pid: number): Promise<number> {
  // Deno allows reading /proc only with all permissions; cat may.
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/stat`],
  }).output();
  const stat = decoder.decode(stdout);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * TICK_MS;
}
