/**
 * What a hit costs compared with the same answer from an instant upstream, and
 * how often an upstream is asked by many clients that want the same.
 *
 * @module
 */
import { postMessages, type Proxy, startProxy } from "../support.ts";

const ROUNDS = 200;
const STREAMS = 100;

const upstream = new Worker(new URL("./upstream_thread.ts", import.meta.url), {
  type: "module",
});
const nextMessage = () =>
  new Promise<unknown>((resolve) => {
    upstream.onmessage = ({ data }) => resolve(data);
  });
const baseUrl = String(await nextMessage());
{
  await using proxy = startProxy({
    environment: { OPENAI_BASE_URL: baseUrl, RESPONSE_CACHE: "all" },
  });
  for (const stream of [false, true]) await compare(proxy, stream);
  await sameStreams(proxy);
}
upstream.terminate();

/** One after the other, so that both have the same neighbours. */
async function compare(proxy: Proxy, stream: boolean): Promise<void> {
  const times: Record<string, number[]> = { hit: [], bypass: [] };
  const bypass = { headers: { "x-ccproxy-cache": "bypass" } };
  for (let round = 0; round < ROUNDS + 20; round++) {
    for (const init of [{}, bypass]) {
      const start = performance.now();
      const response = await postMessages(proxy, { stream }, init);
      await response.text();
      const cache = response.headers.get("x-ccproxy-cache") ?? "";
      if (round >= 20) times[cache]?.push(performance.now() - start);
    }
  }
  const hit = median(times.hit ?? []);
  const asked = median(times.bypass ?? []);
  print(
    `${stream ? "a stream" : "a message"} from the cache: ` +
      `${hit.toFixed(2)} ms; from an upstream without latency: ` +
      `${asked.toFixed(2)} ms; hit / asked: ${(hit / asked).toFixed(2)}\n`,
  );
}

async function sameStreams(proxy: Proxy): Promise<void> {
  const before = await countExchanges();
  const messages = [{ role: "user", content: "What all want to know" }];
  await Promise.all(Array.from({ length: STREAMS }, async () => {
    const response = await postMessages(proxy, { stream: true, messages });
    await response.text();
  }));
  const calls = await countExchanges() - before;
  print(
    `${STREAMS} identical streams at once: ${calls} upstream call` +
      `${calls === 1 ? "" : "s"}\n`,
  );
}

async function countExchanges(): Promise<number> {
  const answer = nextMessage();
  upstream.postMessage(null);
  return Number(await answer);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
