/**
 * 200 clients stream while their upstream is killed and restarted every 3 s for
 * a minute. Prints their results, and the proxy's memory and sockets.
 *
 * @module
 */
import { chunks } from "../../src/demo/replies.ts";
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import {
  serveDemoUpstream,
  type ServedUpstream,
} from "../../src/demo/serve.ts";
import { startProxyProcess } from "../e2e/proxy_process.ts";
import { postMessages } from "../support.ts";

const CLIENTS = 200;
const SECONDS = Number(Deno.args[0] ?? 60);
const RESTART_MS = 3_000;
/** No request may take longer: that is a hang. */
const HANG_MS = 60_000;
/** How long a refused client waits. */
const REFUSED_MS = 500;
/** Growth of its memory at rest, before and after. */
const MAX_GROWTH = 0.2;
/** How long the proxy gets to come to rest. */
const REST_MS = 45_000;
/** How long the proxy keeps connections to the upstream; well below that. */
const KEEP_SECONDS = 5;

/**
 * An answer of half a second: most end before their upstream does, otherwise
 * there would be little but an open breaker to see.
 */
const WORDS = Array.from({ length: 5 }, (_, n) => textChunk(`word ${n} `));
const script = () => chunks([...WORDS, finishChunk("stop")], { everyMs: 100 });

const ended = {
  complete: 0,
  "told of an error": 0,
  refused: 0,
  broken: 0,
  hung: 0,
};

/** One HTTP client for all clients, closed when they are done. */
let client = Deno.createHttpClient({});
/** How often clients were refused, by error. */
const reasons = new Map<string, number>();

const stop = new AbortController();
let upstream: ServedUpstream = serveDemoUpstream({ script, keepExchanges: 1 });
const { baseUrl } = upstream;
const port = Number(new URL(baseUrl).port);
const proxy = await startProxyProcess({
  environment: {
    OPENAI_BASE_URL: baseUrl,
    BIG_MODEL_NAME: "big",
    SMALL_MODEL_NAME: "small",
    UPSTREAM_API: "chat",
    RESPONSE_CACHE: "off", // otherwise they would all share one answer
    POOL_KEEPALIVE_EXPIRY: String(KEEP_SECONDS),
  },
  signal: stop.signal,
});

print(
  `${CLIENTS} clients, twice ${SECONDS} s, a restart every ${RESTART_MS} ms`,
);
// The first run loads code and grows the heap to what such a load needs.
await suffer(SECONDS);
const before = await atRest();
for (const name of Object.keys(ended)) ended[name as keyof typeof ended] = 0;
reasons.clear();
await suffer(SECONDS);
const after = await atRest();

const growth = after.megabytes / before.megabytes - 1;
const checks: [string, boolean][] = [
  [
    `${ended.complete} answers complete, ${
      ended["told of an error"]
    } ended with an error event, ${ended.refused} refused with an error`,
    ended.complete > 0,
  ],
  [`${ended.broken} streams ended without either`, ended.broken === 0],
  [`${ended.hung} requests hung`, ended.hung === 0],
  [
    `memory at rest ${before.megabytes.toFixed(0)} MB before, ${
      after.megabytes.toFixed(0)
    } MB after (${(growth * 100).toFixed(0)} %)`,
    growth <= MAX_GROWTH,
  ],
  [
    `sockets at rest ${before.sockets} before, ${after.sockets} after`,
    after.sockets <= before.sockets,
  ],
];
for (const [what, isKept] of checks) {
  print(isKept ? "ok    " : "FAILED", what);
}
for (const [reason, count] of reasons) {
  print(`       ${count} times: ${reason}`);
}
const failed = checks.filter(([, isKept]) => !isKept).length;
print(`\n${checks.length - failed} passed, ${failed} failed`);
await proxy[Symbol.asyncDispose]();
await upstream[Symbol.asyncDispose]();
Deno.exit(failed > 0 ? 1 : 0);

/** All clients ask while their upstream comes and goes. */
async function suffer(seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1_000;
  await Promise.all([
    killAndRestart(until),
    ...Array.from({ length: CLIENTS }, () => ask(until)),
  ]);
}

/** Asks again and again; after a refusal with a delay, as real clients do. */
async function ask(until: number): Promise<void> {
  while (Date.now() < until) {
    if (await stream() === "refused") await pause(REFUSED_MS);
  }
}

/** One request, to its end. */
async function stream(): Promise<keyof typeof ended> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<"hung">((resolve) => {
    timer = setTimeout(resolve, HANG_MS, "hung");
  });
  const end = await Promise.race([outcome(), hang]);
  clearTimeout(timer);
  ended[end]++;
  return end;
}

async function outcome(): Promise<keyof typeof ended> {
  try {
    const init: RequestInit & { client: Deno.HttpClient } = { client };
    const response = await postMessages(proxy, { stream: true }, init);
    const text = await response.text();
    if (response.status !== 200) {
      const { type, error } = JSON.parse(text);
      if (type !== "error") return "broken";
      const reason = error.message.replaceAll(/\d+ s$/g, "# s");
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      return "refused";
    }
    const [, last] = /event: (\w+)\ndata: [^\n]*\n\n$/.exec(text) ?? [];
    if (last === "message_stop") return "complete";
    return last === "error" ? "told of an error" : "broken";
  } catch {
    return "broken";
  }
}

async function killAndRestart(until: number): Promise<void> {
  while (Date.now() < until) {
    await pause(RESTART_MS);
    await upstream[Symbol.asyncDispose]();
    await pause(300);
    upstream = serveDemoUpstream({ script, keepExchanges: 1, port });
  }
}

interface Rest {
  megabytes: number;
  sockets: number;
}

/**
 * The minimum of several measurements: garbage is collected when there is time.
 * No client is left, otherwise what it keeps open would be counted.
 */
async function atRest(): Promise<Rest> {
  client.close();
  client = Deno.createHttpClient({});
  let least: Rest = { megabytes: Infinity, sockets: Infinity };
  for (let waitedMs = 0; waitedMs < REST_MS; waitedMs += 3_000) {
    await pause(3_000);
    const megabytes = await residentMegabytes();
    const sockets = await countSockets();
    least = {
      megabytes: Math.min(least.megabytes, megabytes),
      sockets: Math.min(least.sockets, sockets),
    };
  }
  return least;
}

async function residentMegabytes(): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${proxy.pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

async function countSockets(): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir(`/proc/${proxy.pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${proxy.pid}/fd/${name}`)
      .catch(() => ""); // closed meanwhile
    if (target.startsWith("socket:")) count++;
  }
  return count;
}

function print(...words: string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${words.join(" ")}\n`));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
