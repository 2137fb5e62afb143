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
const decoder = new TextDecoder();

/** The answer: its head, its chunks, its end. */
const FRAMES = [
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n" +
  "transfer-encoding: chunked\r\n\r\n",
  ...[
    ...Array.from({ length: CHUNKS - 1 }, (_, i) => textChunk(`word ${i} `)),
    finishChunk("stop"),
  ].map((chunk) => frame(`data: ${JSON.stringify(chunk)}\n\n`)),
  frame("data: [DONE]\n\n"),
  "0\r\n\r\n",
];

function frame(data: string): string {
  return `${encoder.encode(data).length.toString(16)}\r\n${data}\r\n`;
}

/** A body like no other: the same one again would be answered from the cache. */
function newBody(): string {
  return JSON.stringify({
    model: "claude-sonnet-5",
    max_tokens: 1_000,
    stream: true,
    messages: [{ role: "user", content: `Hello ${crypto.randomUUID()}` }],
  });
}

/** How many chunks the upstream hands to its socket at once. */
let perWrite = 1;

const ended = new AbortController();
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const url = `http://127.0.0.1:${listener.addr.port}/v1`;
const served = serve();

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
  await using uncached = await startProxyProcess({
    environment: {
      OPENAI_BASE_URL: url,
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
      RESPONSE_CACHE: "off",
    },
    signal: ended.signal,
  });
  const rows = {
    "bare relay": relay,
    "ccproxy": proxy,
    "RESPONSE_CACHE=off": uncached,
  };
  for (perWrite of [1, 10]) {
    print(`${CHUNKS} chunks, ${perWrite} a write of the upstream:\n`);
    const costs = Object.entries(rows).map(([name, place]) => ({
      name,
      place,
      all: [] as number[],
    }));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { place, all } of costs) {
        const one = await cost(place);
        if (round > 0) all.push(one); // the first warms up
      }
    }
    for (const { name, all } of costs) {
      const ratios = all.map((one, i) => one / (costs[0]?.all[i] ?? NaN));
      print(
        `  ${name.padEnd(18)}  ${median(all).toFixed(2)} ms of CPU a stream, ` +
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
 * coding, as servers of models send them, however many share a packet.
 */
async function serve(): Promise<void> {
  for await (const connection of listener) {
    answer(connection).catch(() => {}); // the peer has gone
  }
}

async function answer(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    // A request of the bench is small: it comes in one or two reads.
    let text = "";
    while (!text.endsWith("}")) {
      const length = await connection.read(buffer);
      if (length === null) return connection.close();
      text += decoder.decode(buffer.subarray(0, length));
    }
    for (let at = 0; at < FRAMES.length; at += perWrite) {
      const frames = new Blob(FRAMES.slice(at, at + perWrite));
      await writeAll(connection, await frames.bytes());
    }
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
    body: newBody(),
  });
  for await (const _ of response.body ?? []);
}

async function cpuMs(pid: number): Promise<number> {
  // Deno lets nobody read /proc without all permissions; cat may.
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/stat`],
  }).output();
  const stat = decoder.decode(stdout);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * TICK_MS;
}

/** The least a proxy can do: pass the bytes on. */
async function startRelay() {
  const code = `
    const { port } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => new Response((await fetch("${url}", { method: "POST", body: await request.text() })).body)).addr;
    await Deno.stdout.write(new TextEncoder().encode(String(port)));
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
