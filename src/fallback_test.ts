import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { targetAt } from "../tests/builders.ts";
import { ApiError } from "./anthropic/errors.ts";
import type { StreamEvent } from "./anthropic/message.ts";
import { plain } from "./dialects/plain.ts";
import { createFallback } from "./fallback.ts";
import type { ModelTurn } from "./stream/message_stream.ts";
import type { Target } from "./models/select_target.ts";
import { messageShell } from "./translate/message_shell.ts";

const PING: StreamEvent[] = [{ type: "ping" }];
const START: StreamEvent[] = [{
  type: "message_start",
  message: messageShell({ messageId: "msg_1", model: "m", inputTokens: 1 }),
}];
const [first, second] = [targetAt(plain, "a"), targetAt(plain, "b")];
const failure = new ApiError("overloaded_error", "busy");

/** A turn that gives its steps one after the other; errors are thrown. */
function aTurn(...steps: (StreamEvent[] | ApiError | null)[]): ModelTurn {
  return {
    start: () => START,
    keepAlive: () => PING,
    next() {
      const step = steps.shift() ?? null;
      if (step instanceof ApiError) return Promise.reject(step);
      return Promise.resolve(step);
    },
    cancel() {},
    usage: null,
  };
}

/** Asks the first target, then the second, and notes what is asked. */
function aFallback(turns: Record<string, ModelTurn>) {
  const asked: [string, boolean][] = [];
  const answered: string[] = [];
  const turn = createFallback(first, {
    ask: ({ model }: Target, { isStarted }) => {
      asked.push([model, isStarted]);
      return turns[model] ?? aTurn();
    },
    next: (_error, { model }) => model === "a" ? second : null,
    onAnswer: ({ model }) => void answered.push(model),
  });
  return { turn, asked, answered };
}

Deno.test("createFallback() asks the next target where the first one fails", async () => {
  const { turn, asked } = aFallback({ a: aTurn(failure), b: aTurn(PING) });
  deepEqual([await turn.next(), await turn.next()], [PING, null]);
  equal(turn.target, second);
  deepEqual(asked, [["a", false], ["b", false]]);
});

Deno.test("createFallback() tells the next target what the client has had", async () => {
  const { turn, asked } = aFallback({ a: aTurn(failure), b: aTurn(PING) });
  turn.start();
  await turn.next();
  deepEqual(asked, [["a", false], ["b", true]]);
});

Deno.test("createFallback() takes nothing for a message's start but that", async () => {
  const silent = { ...aTurn(failure), start: () => [] }; // a relay has none
  const { turn, asked } = aFallback({ a: silent, b: aTurn(PING) });
  turn.start();
  await turn.next();
  deepEqual(asked, [["a", false], ["b", false]]);
});

Deno.test("createFallback() is told that the client has had the start", async () => {
  const asked: boolean[] = [];
  const turn = createFallback(first, {
    isStarted: true,
    ask(_target, { isStarted }) {
      asked.push(isStarted);
      return aTurn(failure);
    },
    next: (_error, failed) => failed === first ? second : null,
  });
  await rejects(turn.next(), failure);
  deepEqual(asked, [true, true]);
});

Deno.test("createFallback() tells once who answers", async () => {
  const { turn, answered } = aFallback({
    a: aTurn(failure),
    b: aTurn(PING, PING),
  });
  while (await turn.next());
  deepEqual(answered, ["b"]);
});

Deno.test("createFallback() stays with a target that has begun to answer", async () => {
  const { turn, asked } = aFallback({ a: aTurn(PING, failure) });
  await turn.next();
  await rejects(turn.next(), failure);
  deepEqual(asked, [["a", false]]);
});

Deno.test("createFallback() throws the last target's failure", async () => {
  const { turn } = aFallback({ a: aTurn(failure), b: aTurn(failure) });
  await rejects(turn.next(), failure);
});

Deno.test("createFallback() asks nobody once the client has left", async () => {
  const { turn, asked } = aFallback({ a: aTurn(failure) });
  turn.cancel();
  await rejects(turn.next(), { message: /client/i });
  deepEqual(asked, [["a", false]]);
});
