/**
 * How soon an upstream's work ends when a client leaves, in each state a
 * request can be in. Prints the slowest of many, which must be under 200 ms.
 *
 * @module
 */
import { roleChunk, textChunk } from "../../src/demo/chunks.ts";
import { chunks, openaiError, refusal } from "../../src/demo/replies.ts";
import {
  postMessages,
  type Proxy,
  type ProxyOptions,
  startProxy,
} from "../support.ts";

const ROUNDS = 50;
const MAX_MS = 200;

/** A state the client leaves in. */
interface Situation {
  options: ProxyOptions;
  /** Another client has taken the only place before. */
  isQueued?: true;
  /** Settles when the request is in this state. */
  reached: (proxy: Proxy, response: Promise<Response>) => Promise<unknown>;
  /** Nothing is running upstream then; otherwise that must end. */
  isIdle?: true;
}

const stalled = chunks([roleChunk(), textChunk("Once ")], { end: "hang" });
const words = () =>
  chunks(Array.from({ length: 10_000 }, () => textChunk("on ")), {
    everyMs: 2,
  });

async function firstBytes(_: Proxy, response: Promise<Response>) {
  await (await response).body?.getReader().read();
}

const SITUATIONS: Record<string, Situation> = {
  "waits for the answer": {
    options: { script: ({ ended }) => ended.then(() => undefined) },
    reached: (proxy) => until(() => proxy.upstream.exchanges.length > 0),
  },
  "is queued": {
    options: {
      limits: { concurrency: 1 },
      script: ({ ended }) => ended.then(() => undefined),
    },
    isQueued: true,
    reached: (proxy) => until(() => proxy.upstreamState()?.waiting === 1),
    isIdle: true,
  },
  "waits for a retry": {
    options: {
      retry: { maxAttempts: 3, baseMs: 0, maxMs: 3_600_000 },
      script: () =>
        refusal(503, openaiError("busy"), { "retry-after": "3600" }),
    },
    reached: (proxy) => proxy.entry("upstream attempt failed"),
    isIdle: true,
  },
  "is in mid-stream": { options: { script: words }, reached: firstBytes },
  "has a stalled stream": {
    options: { script: () => stalled },
    reached: firstBytes,
  },
};

let failed = 0;
for (const [state, situation] of Object.entries(SITUATIONS)) {
  let slowestMs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    slowestMs = Math.max(slowestMs, await leave(situation));
  }
  const isSoon = slowestMs <= MAX_MS;
  if (!isSoon) failed++;
  print(
    `${isSoon ? "ok    " : "FAILED"} a client that ${state} leaves: ` +
      `all is over within ${slowestMs.toFixed(0)} ms (${ROUNDS} times)`,
  );
}
const count = Object.keys(SITUATIONS).length;
print(`\n${count - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);

/**
 * Lets one client leave. @returns How long until everything had ended, in
 * milliseconds.
 */
async function leave(
  { options, isQueued, reached, isIdle }: Situation,
): Promise<number> {
  const recorded = Promise.withResolvers<void>();
  await using proxy = startProxy({
    ...options,
    observers: [
      ({ outcome }) => outcome === "client gone" && recorded.resolve(),
    ],
  });
  const other = new AbortController();
  if (isQueued) {
    postMessages(proxy, {}, { signal: other.signal }).catch(() => {});
    await until(() => proxy.upstream.exchanges.length > 0);
  }
  const client = new AbortController();
  const { signal } = client;
  const response = postMessages(proxy, { stream: true }, { signal });
  response.catch(() => {});
  await reached(proxy, response);
  const leftAt = performance.now();
  client.abort();
  await recorded.promise;
  if (!isIdle) await proxy.upstream.exchanges[0]?.ended;
  const tookMs = performance.now() - leftAt;
  other.abort();
  return tookMs;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
