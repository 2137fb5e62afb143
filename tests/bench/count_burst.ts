/**
 * What counting costs when it has been done before, and whether a long text
 * delays others.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { parsePrompt } from "../../src/anthropic/request.ts";
import { createCountCache } from "../../src/tokens/count_cache.ts";
import { createPromptCounter } from "../../src/tokens/count_prompt.ts";
import { createTokenCounter } from "../../src/tokens/counter.ts";
import { openStore } from "../store_site.ts";
import { startProxy } from "../support.ts";
import { session } from "./session.ts";

const BURST = 25;
const COUNTS = 5;

/** Sends the long text; none of its work is on this thread. */
const CLIENT = `onmessage = async ({ data }) => {
  const words = Array.from({ length: data.words }, (_, i) =>
    "w" + String(i * 7919 % 1000003).padStart(8, "x") + " ");
  const content = words.join("");
  const response = await fetch(data.url + "/v1/messages/count_tokens", {
    method: "POST",
    body: JSON.stringify({
      model: "claude-sonnet-5",
      messages: [{ role: "user", content }],
    }),
  });
  postMessage(await response.text());
}`;

await burst();
await longText();

/** 25 counts of a session, each of a newly parsed body. */
async function burst(): Promise<void> {
  const workerUrl = new URL("../fixtures/token_worker.ts", import.meta.url);
  const counter = createTokenCounter({ workerUrl });
  await using opened = openStore({ open: () => Deno.openKv(":memory:") });
  const prompts = createPromptCounter({
    countTexts: createCountCache({
      counter,
      store: opened.store,
      ttlMs: 300_000,
      now: () => performance.now(),
    }),
    readPdf: () => Promise.resolve(null),
    calibrations: { correct: (_, { tokens }) => tokens },
  });
  await prompts.count(parsePrompt(session(20_000)), undefined); // starts it
  const body = JSON.stringify(session(115_000));
  const parsed = () => parsePrompt(JSON.parse(body));
  const first = await timed(() => prompts.count(parsed(), undefined));
  const runs: number[] = [];
  for (let run = 0; run < 9; run++) {
    const given = Array.from({ length: BURST }, parsed);
    runs.push(
      await timed(() =>
        Promise.all(given.map((prompt) => prompts.count(prompt, undefined)))
      ),
    );
  }
  counter.close();
  const all = quantile(runs, 0.5);
  print(
    `${BURST} more counts of a session of ${body.length >> 10} KB: ` +
      `${all.toFixed(2)} ms of CPU in all; the first one ${
        first.toFixed(1)
      } ms, ` +
      `each of the others 1/${Math.round(first * BURST / all)} of it\n`,
  );
}

/** How late timers are while another thread's 5 MB are counted here. */
async function longText(): Promise<void> {
  await using proxy = startProxy();
  const client = new Worker(
    `data:text/javascript,${encodeURIComponent(CLIENT)}`,
    { type: "module" },
  );
  const ask = (words: number) =>
    new Promise((resolve) => {
      client.onmessage = resolve;
      client.postMessage({ url: proxy.url, words });
    });
  await ask(10);
  const alone = await delays(() =>
    new Promise((resolve) => setTimeout(resolve, 500))
  );
  const counting: number[] = [];
  for (let count = 0; count < COUNTS; count++) {
    // A new text each time: a known one is not counted again.
    counting.push(...await delays(() => ask(5_000_000 / 10 + count)));
  }
  client.terminate();
  const row = (delays: number[]) =>
    `${quantile(delays, 0.5).toFixed(1)} ms at 50 %, ` +
    `${quantile(delays, 0.99).toFixed(1)} ms at 99 %`;
  print(
    `event loop's delay, of ${counting.length} ticks while 5 MB are counted ` +
      `${COUNTS} times: ${row(counting)}; alone: ${row(alone)}\n`,
  );
}

/** Milliseconds by which timers of 1 ms were late during `work`. */
async function delays(work: () => Promise<unknown>): Promise<number[]> {
  const late: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  await work();
  clearInterval(timer);
  return late;
}

/** CPU milliseconds of all threads: others may use this machine, too. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = cpuUsage();
  await work();
  const { user, system } = cpuUsage(start);
  return (user + system) / 1000;
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
