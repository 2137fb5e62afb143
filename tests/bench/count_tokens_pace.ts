/**
 * Whether counting tokens delays streams: the gaps between the events of a
 * paced stream, alone and while hard texts are counted, and how long each count
 * takes. Both in one run, so that their ratio is meaningful.
 *
 * @module
 */
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import { chunks } from "../../src/demo/replies.ts";
import { postMessages, type Proxy, startProxy } from "../support.ts";

const EVENTS = 150;
const EVERY_MS = 10;

const TEXTS = {
  "20,000 × a": "a".repeat(20_000),
  "4,000 spaces": " ".repeat(4_000),
  "1 MB of prose": "The proxy counts tokens, and streams go on. ".repeat(
    24_000,
  ),
};

await using proxy = startProxy({
  script: () =>
    chunks([
      ...Array.from({ length: EVENTS }, () => textChunk("word ")),
      finishChunk("stop"),
    ], { everyMs: EVERY_MS }),
});
await count(proxy, "warm");
await streamGaps(proxy);

const alone = await streamGaps(proxy);
row("a stream alone: gaps between events", alone);
for (const [name, text] of Object.entries(TEXTS)) {
  const counting = new AbortController();
  const counts = countUntil(proxy, text, counting.signal);
  const gaps = await streamGaps(proxy);
  counting.abort();
  const times = await counts;
  row(`a stream while ${name} is counted ${times.length} times`, gaps);
  row(`  the counts themselves`, times);
  print(`  median gap, counting / alone: ${ratio(gaps, alone)}\n`);
}

/** Counts repeatedly until told to stop; returns the milliseconds of each. */
async function countUntil(
  proxy: Proxy,
  text: string,
  signal: AbortSignal,
): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const start = performance.now();
    await count(proxy, `${times.length}. ${text}`); // a known text is not counted again
    times.push(performance.now() - start);
  }
  return times;
}

async function count({ url }: Proxy, text: string): Promise<void> {
  const response = await fetch(`${url}/v1/messages/count_tokens`, {
    method: "POST",
    body: JSON.stringify({
      model: "claude-sonnet-5",
      messages: [{ role: "user", content: text }],
    }),
  });
  await response.json();
}

/** Milliseconds between the reads of one stream. */
async function streamGaps(proxy: Proxy): Promise<number[]> {
  const response = await postMessages(proxy, { stream: true });
  const gaps: number[] = [];
  let last: number | undefined;
  for await (const _ of response.body ?? []) {
    const now = performance.now();
    if (last !== undefined) gaps.push(now - last);
    last = now;
  }
  return gaps;
}

function row(what: string, milliseconds: number[]): void {
  const at = (share: number) => quantile(milliseconds, share).toFixed(1);
  print(
    `${what}: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, most ${at(1)} ms\n`,
  );
}

function ratio(a: number[], b: number[]): string {
  return (quantile(a, 0.5) / quantile(b, 0.5)).toFixed(2);
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[
    Math.min(sorted.length - 1, Math.floor(share * sorted.length))
  ] ?? NaN;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
