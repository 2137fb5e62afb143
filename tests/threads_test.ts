/**
 * Several serving threads: what they share, and what happens to one that dies.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { readSettings } from "../src/config/settings.ts";
import type { Environment } from "../src/config/variables.ts";
import { textChunk } from "../src/demo/chunks.ts";
import { chunks, type Reply } from "../src/demo/replies.ts";
import { serveDemoUpstream, type ServedUpstream } from "../src/demo/serve.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import { createLogger } from "../src/log.ts";
import { serveInThreads } from "../src/process/serve_in_threads.ts";
import { postMessages, readEvents } from "./support.ts";

const COUNT = 2;

/** Serving threads, in front of an upstream that plays `script`. */
interface Threads extends AsyncDisposable {
  url: string;
  upstream: ServedUpstream["upstream"];
  logged: string[];
  /** Makes one of them crash. */
  crashOne(): Promise<void>;
  /** The ids of the first two that answer. */
  present(): Promise<Set<string>>;
  /** Settles when something like this is logged. */
  says(text: string): Promise<void>;
  /** Whether all answers finished in time. */
  drain(): Promise<boolean>;
}

async function startThreads(
  script: (exchange: Exchange) => Reply | undefined = () => undefined,
  environment: Environment = {},
): Promise<Threads> {
  const served = serveDemoUpstream({ script });
  const variables: Record<string, string | undefined> = {
    OPENAI_BASE_URL: served.baseUrl,
    BIG_MODEL_NAME: "big",
    SMALL_MODEL_NAME: "small",
    PORT: "0",
    CCPROXY_DATA_DIR: ":memory:",
    ...environment,
  };
  const settings = readSettings({
    getVariable: (name) => variables[name],
    readFile: () => null,
  });
  const logged: string[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  const writeLog = (line: string) => {
    logged.push(line);
    for (const { text, resolve } of waiting) if (line.includes(text)) resolve();
  };
  const log = createLogger({
    level: "INFO",
    write: writeLog,
    now: Date.now,
    pretty: false,
  });
  const serving = await serveInThreads({ ...settings, isProxied: false }, {
    log,
    writeLog,
    writeLogFile: () => {},
    isPretty: false,
    count: COUNT,
    workerUrl: new URL("./fixtures/crashing_thread.ts", import.meta.url).href,
  });
  const orders = new BroadcastChannel("crashing threads");
  return {
    url: serving.url,
    upstream: served.upstream,
    logged,
    async crashOne() {
      orders.postMessage({ crash: await firstOf(orders) });
    },
    async present() {
      const ids = new Set<string>();
      while (ids.size < COUNT) ids.add(await firstOf(orders));
      return ids;
    },
    says(text) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ text, resolve });
      if (logged.some((line) => line.includes(text))) resolve();
      return promise;
    },
    drain: () => serving.drain({ timeoutMs: 1_000 }),
    async [Symbol.asyncDispose]() {
      orders.close();
      await serving.drain({ timeoutMs: 1_000 });
      await served[Symbol.asyncDispose]();
    },
  };
}

/** The id of the thread that answers first. */
function firstOf(orders: BroadcastChannel): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  orders.onmessage = ({ data }) => resolve(data.here);
  orders.postMessage({ ask: true });
  return promise;
}

/** A unique request on a connection of its own, which any thread may take. */
async function ask(
  threads: Threads,
  fields: Record<string, unknown> = {},
): Promise<Response> {
  return await postMessages(threads, {
    messages: [{ role: "user", content: crypto.randomUUID() }],
    ...fields,
  }, { headers: { connection: "close" } });
}

Deno.test("all threads answer, and their books are one", async () => {
  await using threads = await startThreads();
  const sent = 40;
  const answers = await Promise.all(
    Array.from({ length: sent }, async () => {
      const response = await ask(threads);
      await response.body?.cancel();
      return response.status;
    }),
  );
  deepEqual(new Set(answers), new Set([200]));
  const page = await (await fetch(`${threads.url}/metrics`)).text();
  match(
    page,
    new RegExp(
      `^gen_ai_server_request_duration_seconds_count{.*} ${sent}$`,
      "m",
    ),
  );
  const usage = await (await fetch(`${threads.url}/v1/usage`)).json();
  equal(usage.total.requests, sent);
  const lines = threads.logged.filter((line) =>
    line.includes('"message":"message"')
  );
  equal(lines.length, sent);
});

Deno.test("all threads share a rate limit", async () => {
  await using threads = await startThreads(undefined, {
    RATE_LIMIT_ENABLED: "true",
    RATE_LIMIT_PER_MINUTE: "1",
    RATE_LIMIT_BURST: "5",
  });
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const response = await ask(threads);
      await response.body?.cancel();
      return response.status;
    }),
  );
  equal(answers.filter((status) => status === 200).length, 5);
  equal(answers.filter((status) => status === 429).length, 15);
});

Deno.test("threads share answers, and forget them together", async () => {
  await using threads = await startThreads();
  const again = { messages: [{ role: "user", content: "the same" }] };
  const outcomes = async () => {
    const found: (string | null)[] = [];
    for (let i = 0; i < 12; i++) {
      const response = await ask(threads, { ...again, temperature: 0 });
      await response.body?.cancel();
      found.push(response.headers.get("x-ccproxy-cache"));
    }
    return found;
  };
  deepEqual((await outcomes()).filter((outcome) => outcome !== "hit"), [
    "miss",
  ]);
  const cache = `${threads.url}/v1/cache`;
  const report = await (await fetch(cache)).json();
  equal(report.hits, 11);
  await (await fetch(cache, { method: "DELETE" })).body?.cancel();
  deepEqual((await outcomes()).filter((outcome) => outcome !== "hit"), [
    "miss",
  ]);
  equal(threads.upstream.exchanges.length, 2);
});

Deno.test("a thread that crashes ends its own streams with an error event, and is replaced", async () => {
  let isHanging = true;
  await using threads = await startThreads(() =>
    isHanging ? chunks([textChunk("Once ")], { end: "hang" }) : undefined
  );
  const streams = await Promise.all(
    Array.from({ length: 12 }, () => ask(threads, { stream: true })),
  );
  isHanging = false;
  const before = await threads.present();
  await threads.crashOne();
  await threads.says("serving thread replaced");
  const after = await threads.present();
  equal(after.intersection(before).size, 1, "one lives, one is new");
  const later = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const response = await ask(threads);
      await response.body?.cancel();
      return response.status;
    }),
  );
  deepEqual(new Set(later), new Set([200]));
  // Those of the surviving thread end only with the threads.
  const ends = Promise.all(
    streams.map(async (stream) => (await readEvents(stream)).at(-1)),
  );
  await threads[Symbol.asyncDispose]();
  const messages = (await ends).map((last) => {
    equal(last?.event, "error");
    return Object(last?.data).error.message;
  });
  const crashed = messages.filter((text) => /has crashed/.test(text));
  ok(crashed.length > 0 && crashed.length < 12, messages.join());
  ok(threads.logged.some((line) => line.includes("on purpose")));
});

Deno.test("a thread that is still starting is no answer cut off by a shutdown", async () => {
  await using threads = await startThreads();
  await threads.crashOne();
  await threads.says("serving thread died");
  await new Promise((resolve) => setTimeout(resolve)); // lets the next one run
  equal(await threads.drain(), true);
});
