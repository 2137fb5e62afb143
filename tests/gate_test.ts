/**
 * What stands between a request and an attempt at the upstream, through the
 * port: the breaker, the places, the queue, and retries.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import {
  IMPATIENT,
  postMessages,
  type Proxy,
  type ProxyOptions,
  readEvents,
  startProxy,
} from "./support.ts";

const BUSY = refusal(
  503,
  openaiError("Busy", { code: "server_is_overloaded" }),
);
const CUT = chunks([textChunk("Once upon")], { end: "cut" });
/** Ends as if complete, but is not. */
const TRUNCATED = chunks([textChunk("Once upon")], { done: false });
/** No retries of ours: each request is one attempt. */
const ONCE = { ...IMPATIENT, maxAttempts: 1 };

interface Asked {
  session?: string;
  stream?: boolean;
  signal?: AbortSignal;
}

function send(
  proxy: Proxy,
  { session = "s", stream = false, signal }: Asked = {},
): Promise<Response> {
  const headers = { "x-claude-code-session-id": session };
  return postMessages(proxy, { stream }, { headers, signal: signal ?? null });
}

/** Asks, and reads the answer to its end. */
async function ask(proxy: Proxy, asked: Asked = {}) {
  const response = await send(proxy, asked);
  const text = await response.text();
  const header = (name: string) => response.headers.get(name);
  return {
    status: response.status,
    attempts: header("x-ccproxy-attempts"),
    retryAfter: header("retry-after"),
    shouldRetry: header("x-should-retry"),
    text,
  };
}

async function times<T>(count: number, action: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < count; n++) results.push(await action());
  return results;
}

/** Waits for something that emits no event: that a request is in the queue. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A proxy whose upstream answers each request when told to. */
function startHeld(options: ProxyOptions = {}) {
  const held: { exchange: Exchange; release: () => void }[] = [];
  const proxy = startProxy({
    ...options,
    async script(exchange) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.push({ exchange, release: resolve });
      await Promise.race([promise, exchange.ended]);
      return undefined;
    },
  });
  const waiting = () => proxy.upstreamState()?.waiting ?? 0;
  return {
    proxy,
    held,
    /** Sends a request that will be queued. */
    async queue(asked: Asked) {
      const before = waiting();
      const answer = ask(proxy, asked);
      answer.catch(() => {}); // those who leave are checked elsewhere
      await until(() => waiting() === before + 1);
      return answer;
    },
    waiting,
    /** Waits for the nth request to reach the upstream, and lets it answer. */
    async release(number: number) {
      await until(() => held.length > number);
      held[number]?.release();
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

const FAILURES: [name: string, reply: Reply, stream: boolean][] = [
  ["refuses", BUSY, false],
  ["cuts its answers", CUT, true],
  ["stops in the middle of its answers", TRUNCATED, true],
];

for (const [name, reply, stream] of FAILURES) {
  Deno.test(`an upstream that ${name} is not asked for a while, and then found again`, async () => {
    let isBroken = true;
    let skippedMs = 0;
    await using proxy = startProxy({
      retry: ONCE,
      clock: () => performance.now() + skippedMs,
      script: () => isBroken ? reply : undefined,
    });
    const failures = await times(10, () => ask(proxy, { stream }));
    for (const { text } of failures) match(text, /"type":"error"/);
    equal(proxy.upstream.exchanges.length, 10);

    const refused = await ask(proxy, { stream });
    equal(refused.status, 503);
    equal(refused.attempts, "0");
    equal(refused.retryAfter, "5");
    equal(refused.shouldRetry, null, "Claude Code shall try again");
    match(refused.text, /keeps failing and is asked again in 5 s/);
    equal(proxy.upstream.exchanges.length, 10);
    equal(proxy.upstreamState()?.models[0]?.lanes[0]?.breaker, "open");

    isBroken = false;
    skippedMs = 5_000;
    equal((await ask(proxy, { stream })).status, 200);
    equal(proxy.upstreamState()?.models[0]?.lanes[0]?.breaker, "closed");
    const said = proxy.logged.map((line) => JSON.parse(line))
      .filter(({ message }) => message === "upstream")
      .map(({ state, upstream, model }) => [state, upstream, model]);
    deepEqual(said, [
      ["open", "127.0.0.1", "big-model"],
      ["closed", "127.0.0.1", "big-model"],
    ]);
  });
}

Deno.test("an upstream that says when it is back is asked again then", async () => {
  const body = openaiError("Down for maintenance");
  await using proxy = startProxy({
    retry: ONCE,
    script: () => refusal(503, body, { "retry-after": "40" }),
  });
  await times(10, () => ask(proxy));
  equal((await ask(proxy)).retryAfter, "40");
});

Deno.test("an upstream that is away for long is not for the client to wait for", async () => {
  await using proxy = startProxy({
    retry: ONCE,
    script: () => refusal(503, openaiError("Down"), { "retry-after": "120" }),
  });
  await times(10, () => ask(proxy));
  const answer = await ask(proxy);
  equal(answer.attempts, "0");
  equal(answer.retryAfter, "120");
  equal(answer.shouldRetry, "false");
});

Deno.test("requests that are refused, and clients that leave, break nothing", async () => {
  await using proxy = startProxy({
    script: ({ number }) =>
      number <= 15
        ? refusal(400, openaiError("Bad request"))
        : number <= 30
        ? rawStream([], { end: "hang" })
        : undefined,
  });
  await times(15, () => ask(proxy));
  await times(15, async () => {
    const leaving = new AbortController();
    const answer = send(proxy, { stream: true, signal: leaving.signal });
    const count = proxy.upstream.exchanges.length;
    await until(() => proxy.upstream.exchanges.length > count);
    leaving.abort();
    await answer.catch(() => {});
    await proxy.upstream.exchanges.at(-1)?.ended;
  });
  equal((await ask(proxy)).status, 200);
});

Deno.test("one model's failures do not stand in the way of another", async () => {
  await using proxy = startProxy({
    retry: ONCE,
    script: ({ body }) => body.model === "big-model" ? BUSY : undefined,
  });
  await times(11, () => ask(proxy));
  const small = await postMessages(proxy, { model: "claude-haiku-4-5" });
  equal(small.status, 200);
  await small.body?.cancel();
});

Deno.test("a place is free when the answer's body has ended, not when it begins", async () => {
  const begun = Promise.withResolvers<void>();
  async function* pieces() {
    yield `data: ${JSON.stringify(textChunk("Once"))}\n\n`;
    await begun.promise;
    yield `data: ${JSON.stringify(finishChunk("stop"))}\n\ndata: [DONE]\n\n`;
  }
  await using proxy = startProxy({
    limits: { concurrency: 1 },
    script: ({ number }) => number === 1 ? rawStream(pieces()) : undefined,
  });
  const first = await send(proxy, { stream: true });
  equal(first.status, 200);
  const second = ask(proxy);
  await until(() => proxy.upstreamState()?.waiting === 1);
  equal(proxy.upstream.exchanges.length, 1);
  begun.resolve();
  await readEvents(first);
  equal((await second).status, 200);
  equal(proxy.upstreamState()?.keys[0]?.inFlight, 0);
});

const ENDINGS: [name: string, reply: Reply, leaves: boolean][] = [
  ["an answer that was cut", CUT, false],
  ["an answer that stopped in the middle", TRUNCATED, false],
  ["an answer that was refused", BUSY, false],
  [
    "an answer in one piece",
    chunks([textChunk("Hi"), finishChunk("stop")]),
    false,
  ],
  ["a client that left", chunks([textChunk("Hi")], { end: "hang" }), true],
];

for (const [name, reply, leaves] of ENDINGS) {
  Deno.test(`a place is free after ${name}`, async () => {
    await using proxy = startProxy({
      retry: ONCE,
      limits: { concurrency: 1 },
      script: ({ number }) => number === 1 ? reply : undefined,
    });
    const first = await send(proxy, { stream: true });
    if (leaves) await first.body?.cancel();
    else await first.text();
    equal((await ask(proxy)).status, 200);
    equal(proxy.upstreamState()?.keys[0]?.inFlight, 0);
  });
}

Deno.test("a place is free after a request that cannot be translated", async () => {
  await using proxy = startProxy({
    limits: { concurrency: 1, queue: { length: 0 } },
  });
  const begun = [
    { role: "user", content: "Hello" },
    { role: "assistant", content: "I am" },
  ];
  const refused = await postMessages(proxy, { messages: begun });
  await refused.text();
  equal(refused.status, 400);
  equal(refused.headers.get("x-ccproxy-attempts"), "0");
  equal((await ask(proxy)).status, 200);
});

Deno.test("those who wait are served in turn by session, not by who asks most", async () => {
  await using held = startHeld({ limits: { concurrency: 1 } });
  const answers = [ask(held.proxy, { session: "first" })];
  await until(() => held.held.length === 1);
  for (const session of ["greedy", "greedy", "greedy", "modest"]) {
    answers.push(held.queue({ session }).then((answer) => answer));
    await until(() => held.waiting() === answers.length - 1);
  }
  for (let number = 0; number < answers.length; number++) {
    await held.release(number);
    await until(() => held.held.length > number);
  }
  for (const { status, attempts } of await Promise.all(answers)) {
    deepEqual([status, attempts], [200, "1"]);
  }
  const order = held.proxy.logged.map((line) => JSON.parse(line))
    .filter(({ message }) => message === "message")
    .map(({ session }) => session);
  deepEqual(order, ["first", "greedy", "modest", "greedy", "greedy"]);
});

Deno.test("the queue is bounded: who finds it full is told when to come back", async () => {
  await using held = startHeld({
    limits: { concurrency: 1, queue: { length: 1 } },
  });
  const first = ask(held.proxy);
  await until(() => held.held.length === 1);
  const second = held.queue({});
  await until(() => held.waiting() === 1);
  const third = await ask(held.proxy);
  equal(third.status, 429);
  equal(third.attempts, "0");
  equal(third.retryAfter, "5");
  equal(third.shouldRetry, null);
  const { error } = JSON.parse(third.text);
  equal(error.type, "rate_limit_error");
  match(error.message, /the queue for upstream 127.0.0.1 is full/);
  await held.release(0);
  await held.release(1);
  deepEqual([(await first).status, (await second).status], [200, 200]);
});

Deno.test("nobody waits for ever in the queue", async () => {
  await using held = startHeld({
    limits: { concurrency: 1, queue: { seconds: 0.05 } },
  });
  const first = ask(held.proxy);
  await until(() => held.held.length === 1);
  const late = await ask(held.proxy);
  equal(late.status, 429);
  match(late.text, /waited 0.05 s for a place/);
  await held.release(0);
  equal((await first).status, 200);
});

Deno.test("a client that leaves the queue is forgotten at once", async () => {
  await using held = startHeld({ limits: { concurrency: 1 } });
  const first = ask(held.proxy);
  await until(() => held.held.length === 1);
  const leaving = new AbortController();
  const gone = held.queue({ signal: leaving.signal });
  await until(() => held.waiting() === 1);
  leaving.abort();
  await gone.catch(() => {});
  await until(() => held.waiting() === 0);
  await held.release(0);
  equal((await first).status, 200);
  equal(held.proxy.upstream.exchanges.length, 1, "it was never asked for");
});

Deno.test("a client that leaves while a retry is waited for ends it", async () => {
  const body = openaiError("Slow down", { code: "rate_limit_exceeded" });
  await using proxy = startProxy({
    retry: { ...IMPATIENT, maxMs: 60_000 },
    script: () => refusal(429, body, { "retry-after": "60" }),
  });
  const leaving = new AbortController();
  const answer = send(proxy, { signal: leaving.signal });
  const said = (what: string) =>
    proxy.logged.some((line) => JSON.parse(line).message === what);
  await until(() => said("upstream attempt failed"));
  leaving.abort();
  await answer.catch(() => {});
  await until(() => said("message"));
  const line = proxy.logged.map((line) => JSON.parse(line)).at(-1);
  equal(line.outcome, "client gone");
  equal(line.attempts, 1);
  equal(proxy.upstream.exchanges.length, 1);
});

Deno.test("requests in a minute are limited", async () => {
  let skippedMs = 0;
  await using proxy = startProxy({
    clock: () => performance.now() + skippedMs,
    limits: { requestsPerMinute: 3, queue: { length: 0 } },
  });
  const statuses = async (count: number) =>
    (await times(count, () => ask(proxy))).map(({ status }) => status);
  deepEqual(await statuses(4), [200, 200, 200, 429]);
  skippedMs = 63_000;
  deepEqual(await statuses(1), [200]);
});

Deno.test("tokens in a minute are limited", async () => {
  await using proxy = startProxy({
    limits: { tokensPerMinute: 100, queue: { length: 0 } },
  });
  const content = "word ".repeat(60);
  const statuses = await times(2, async () => {
    const response = await postMessages(proxy, {
      messages: [{ role: "user", content }],
    });
    await response.body?.cancel();
    return response.status;
  });
  deepEqual(statuses, [200, 429]);
});

Deno.test("waits and attempts are in the log", async () => {
  await using held = startHeld({ limits: { concurrency: 1 } });
  const first = ask(held.proxy);
  await until(() => held.held.length === 1);
  const second = held.queue({});
  await until(() => held.waiting() === 1);
  await new Promise((resolve) => setTimeout(resolve, 5)); // what is waited for
  await held.release(0);
  await held.release(1);
  await Promise.all([first, second]);
  const lines = held.proxy.logged.map((line) => JSON.parse(line));
  deepEqual(lines.map(({ attempts }) => attempts), [1, 1]);
  ok(lines[1].waitedMs >= 5);
});

Deno.test("an outage is tried thrice, then each try of the client's is one attempt", async () => {
  let isBroken = true;
  await using proxy = startProxy({ script: () => isBroken ? BUSY : undefined });
  const attempts = async () => (await ask(proxy)).attempts;
  deepEqual(await times(4, attempts), ["3", "1", "1", "1"]);
  isBroken = false;
  equal(await attempts(), "1");
  isBroken = true;
  equal(await attempts(), "3", "it had been over");
});

Deno.test("a request that an upstream breaks on is tried thrice; whether by the client, too, others tell", async () => {
  const broken = refusal(500, openaiError("assert failed"));
  for (const others of [false, true]) {
    await using proxy: Proxy = startProxy({
      async script({ number, body }) {
        if (JSON.stringify(body.messages).includes("other")) return undefined;
        if (others && number === 1) await askOther();
        return broken;
      },
    });
    const askOther = async () => {
      const messages = [{ role: "user", content: "other" }];
      await (await postMessages(proxy, { messages })).text();
    };
    const answer = await ask(proxy);
    equal(answer.status, 500);
    equal(answer.attempts, "3");
    equal(answer.shouldRetry, others ? "false" : null);
  }
});

Deno.test("a client that finds the upstream overloaded is told to wait, longer the second time", async () => {
  await using proxy = startProxy({ script: () => BUSY });
  const waits = await times(3, async () => (await ask(proxy)).retryAfter);
  deepEqual(waits, ["5", "30", "30"]);
});

Deno.test("a long wait is for the user to decide on", async () => {
  const body = openaiError("Slow down", { code: "rate_limit_exceeded" });
  for (const [wait, shouldRetry] of [["60", null], ["61", "false"]] as const) {
    await using proxy = startProxy({
      script: () => refusal(429, body, { "retry-after": wait }),
    });
    const answer = await ask(proxy);
    equal(answer.retryAfter, wait);
    equal(answer.shouldRetry, shouldRetry);
  }
});

Deno.test("retries add no more than the budget to an upstream's load", async () => {
  // Fails now and then: no outage, but many retries.
  await using proxy = startProxy({
    script: ({ number }) => number % 3 === 0 ? BUSY : undefined,
  });
  await times(60, () => ask(proxy));
  const retries = proxy.upstream.exchanges.length - 60;
  ok(retries > 0 && retries <= 16, `${retries} retries of 60 requests`);
});
