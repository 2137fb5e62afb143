import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { openStore } from "../../tests/store_site.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { Answer } from "../upstream/answer.ts";
import { CacheUse } from "./cache_use.ts";
import { createFlightBoard } from "./flight_board.ts";
import { createResponseCache, type ResponseCache } from "./response_cache.ts";
import { type BoardNotice, createThreadFlights } from "./thread_flights.ts";

/** An answer that is written, and ended, when a test says so. */
function openAnswer() {
  const pieces: (Uint8Array | null | ApiError)[] = [];
  let wake = Promise.withResolvers<void>();
  const settled: (ApiError | null)[] = [];
  let isDrained = false;
  let abort: AbortSignal | undefined;
  const answer: Answer = {
    headers: new Headers({ "content-type": "text/plain" }),
    reader: {
      async read() {
        while (pieces.length === 0) {
          await wake.promise;
          wake = Promise.withResolvers();
        }
        const piece = pieces.shift() ?? null;
        if (piece instanceof ApiError) throw piece;
        return piece;
      },
      drain: () => void (isDrained = true),
      cancel() {},
    },
    settle: (error) => void settled.push(error),
  };
  return {
    settled,
    /** @param piece `null` ends it. */
    say(piece: string | null | ApiError) {
      pieces.push(typeof piece === "string" ? encode(piece) : piece);
      wake.resolve();
    },
    ask(controller: AbortController) {
      abort = controller.signal;
      return Promise.resolve(answer);
    },
    isAborted: () => abort?.aborted ?? false,
    isDrained: () => isDrained,
  };
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Two caches with a board between them, as two threads have. */
function startTwo() {
  const kv = openStore({ open: () => Deno.openKv(":memory:") });
  const board = createFlightBoard();
  const joining: (() => void)[] = [];
  const thread = () => {
    const { port1, port2 } = new MessageChannel();
    const connection = board.connect(port1);
    port2.addEventListener("message", ({ data }: MessageEvent<BoardNotice>) => {
      if (data.kind === "join") joining.splice(0).forEach((tell) => tell());
    });
    const cache = createResponseCache({
      store: kv.store,
      isShared: false,
      threads: createThreadFlights(port2),
      now: () => 0,
      sleep: () => Promise.reject(new Error("It slept")),
    });
    return {
      cache,
      end() {
        connection[Symbol.dispose]();
        port2.close();
      },
    };
  };
  const [a, b] = [thread(), thread()];
  return {
    ...{ a: a.cache, b: b.cache, store: kv.store },
    /** Ends the first thread, or the second. */
    ...{ endA: () => a.end(), endB: () => b.end() },
    /** Resolves when one thread learns that the other wants to join. */
    joined: () => new Promise<void>((resolve) => joining.push(resolve)),
    async [Symbol.asyncDispose]() {
      a.end();
      b.end();
      await kv[Symbol.asyncDispose]();
    },
  };
}

/** Asks a cache as a client would. */
function ask(
  cache: ResponseCache,
  open: (abort: AbortController) => Promise<Answer>,
) {
  const use = new CacheUse();
  const leaving = new AbortController();
  const answer = cache.answer({
    question: { api: "chat", url: "http://localhost", headers: {}, body: {} },
    caching: { takes: "any", tenant: null, keepMs: 60_000, use },
    signal: leaving.signal,
    ask: open,
  });
  answer.catch(() => {});
  return {
    answer,
    outcome: () => use.outcome,
    leave: () => leaving.abort(),
    async read() {
      const bytes = await (await answer).reader.read();
      return bytes && new TextDecoder().decode(bytes);
    },
    settle: async () => (await answer).settle(null),
  };
}

/** Lets messages between threads arrive. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

const never = () => Promise.reject(new Error("Asked for nothing"));

Deno.test("createThreadFlights() gives another thread the answer as it comes, and settles it", async () => {
  await using two = startTwo();
  const upstream = openAnswer();
  const first = ask(two.a, upstream.ask);
  upstream.say("one");
  equal(await first.read(), "one");
  const second = ask(two.b, never);
  equal(await second.read(), "one");
  upstream.say("two");
  equal(await second.read(), "two");
  equal(await first.read(), "two");
  upstream.say(null);
  deepEqual([await first.read(), await second.read()], [null, null]);
  equal((await second.answer).headers.get("content-type"), "text/plain");
  await first.settle();
  await second.settle();
  deepEqual([first.outcome(), second.outcome()], ["miss", "shared"]);
  await two.store.flush();
  const third = ask(two.b, never);
  equal(await third.read(), "onetwo");
  equal(third.outcome(), "hit");
});

Deno.test("createThreadFlights() has the one pay at another thread for whom it goes on", async () => {
  await using two = startTwo();
  const upstream = openAnswer();
  const first = ask(two.a, upstream.ask);
  upstream.say("one");
  await first.read();
  const [second, third] = [ask(two.b, never), ask(two.b, never)];
  equal(await second.read(), "one");
  equal(await third.read(), "one");
  first.leave();
  upstream.say("two");
  equal(await second.read(), "two");
  const all = [first, second, third];
  deepEqual(all.map(({ outcome }) => outcome()), ["shared", "miss", "shared"]);
  second.leave();
  deepEqual(all.map(({ outcome }) => outcome()), ["shared", "shared", "miss"]);
  equal(await third.read(), "two");
  equal(upstream.isAborted(), false);
  upstream.say(null);
  equal(await third.read(), null);
  await third.settle();
  while (upstream.settled.length === 0) await turn();
  deepEqual(upstream.settled, [null]);
});

Deno.test("createThreadFlights() ends the upstream's work when the last one leaves, at any thread", async () => {
  await using two = startTwo();
  const upstream = openAnswer();
  const first = ask(two.a, upstream.ask);
  upstream.say("one");
  await first.read();
  const second = ask(two.b, never);
  await second.read();
  first.leave();
  const waiting = second.read();
  equal(upstream.isAborted(), false);
  second.leave();
  await rejects(waiting, { message: "Client closed the request" });
  while (!upstream.isAborted()) await turn();
});

Deno.test("createThreadFlights() drains an answer that another thread has found whole", async () => {
  await using two = startTwo();
  const upstream = openAnswer();
  const first = ask(two.a, upstream.ask);
  upstream.say("one");
  await first.read();
  const second = ask(two.b, never);
  equal(await second.read(), "one");
  first.leave();
  await second.settle(); // the answer is complete, but not the end of its body
  (await second.answer).reader.drain();
  while (!upstream.isDrained()) await turn();
  deepEqual(upstream.settled, [null]);
});

for (const way of ["read to its end", "drained"]) {
  Deno.test(`createThreadFlights() finds at another thread an answer that was ${way} before it was kept`, async () => {
    await using two = startTwo();
    const upstream = openAnswer();
    const first = ask(two.a, upstream.ask);
    upstream.say("one");
    equal(await first.read(), "one");
    if (way === "drained") (await first.answer).reader.drain();
    else {
      upstream.say(null);
      equal(await first.read(), null);
    }
    await first.settle();
    await turn();
    const second = ask(two.b, never);
    equal(await second.read(), "one");
    equal(second.outcome(), "hit");
    second.leave();
  });
}

Deno.test("createThreadFlights() gives all threads the refusal, as it was", async () => {
  await using two = startTwo();
  const refusal = Promise.withResolvers<Answer>();
  const asked = Promise.withResolvers<void>();
  const first = ask(two.a, () => {
    asked.resolve();
    return refusal.promise;
  });
  await asked.promise;
  const joined = two.joined();
  const second = ask(two.b, never);
  await joined;
  const told = {
    type: "rate_limit_error",
    message: "Too many",
    status: 429,
    retryAfterSeconds: 7,
    shouldRetry: true,
  } as const;
  refusal.reject(new ApiError(told.type, told.message, told));
  await rejects(first.answer, told);
  await rejects(second.answer, told);
});

Deno.test("createThreadFlights() gives all threads an error after what came before it", async () => {
  await using two = startTwo();
  const upstream = openAnswer();
  const first = ask(two.a, upstream.ask);
  const second = ask(two.b, never);
  upstream.say("one");
  upstream.say(new ApiError("api_error", "cut"));
  for (const client of [first, second]) {
    equal(await client.read(), "one");
    await rejects(client.read(), { message: "cut" });
  }
});

Deno.test("createThreadFlights() tells who waits for a thread that it has ended", async () => {
  await using two = startTwo();
  const upstream = openAnswer();
  const first = ask(two.a, upstream.ask);
  upstream.say("one");
  await first.read();
  const second = ask(two.b, never);
  equal(await second.read(), "one");
  const waiting = second.read();
  two.endA();
  await rejects(waiting, { status: 502 });
  const other = openAnswer();
  const third = ask(two.b, other.ask); // nobody holds it any more
  other.say("new");
  equal(await third.read(), "new");
  third.leave();
});

Deno.test("createThreadFlights() has a thread ask itself when the one ends that has no answer yet", async () => {
  await using two = startTwo();
  ask(two.a, () => new Promise(() => {}));
  const joined = two.joined();
  const upstream = openAnswer();
  const second = ask(two.b, upstream.ask);
  await joined;
  two.endA();
  upstream.say("own");
  equal(await second.read(), "own");
  equal(second.outcome(), "miss");
  second.leave();
});

Deno.test("createThreadFlights() goes on for nobody whose thread has ended", async () => {
  await using two = startTwo();
  const upstream = openAnswer();
  const first = ask(two.a, upstream.ask);
  upstream.say("one");
  await first.read();
  const second = ask(two.b, never);
  equal(await second.read(), "one");
  first.leave();
  equal(upstream.isAborted(), false);
  two.endB();
  while (!upstream.isAborted()) await turn();
  second.leave(); // closes the port, as the end of a real thread does
});

Deno.test("createThreadFlights() lets a thread ask itself that hears nothing of the board in time", async () => {
  const { port1, port2 } = new MessageChannel();
  const flights = createThreadFlights(port2);
  const { found, release } = await flights.board("key", {
    signal: new AbortController().signal,
    onInherit() {},
  });
  equal(found, null);
  release?.();
  const late = new MessageChannel();
  const left = Promise.withResolvers<unknown>();
  late.port1.onmessage = ({ data }) => left.resolve(data.kind);
  const from = { port: late.port2, thread: 1 };
  port1.postMessage({ kind: "claimed", claim: 1, from }, [late.port2]);
  equal(await left.promise, "leave"); // otherwise the other thread would wait for it
  late.port1.close();
  port1.close();
  port2.close();
});
