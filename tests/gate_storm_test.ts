/**
 * Whatever upstream and clients do, no place is lost and none is given twice.
 *
 * @module
 */
import { ok, strictEqual as equal } from "node:assert";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

const CONCURRENCY = 3;

/** Every way an upstream may answer, good and bad. */
const REPLIES: (() => Reply | undefined)[] = [
  () => undefined,
  () => chunks([textChunk("Hi"), finishChunk("stop")]),
  () => chunks([textChunk("Hi")], { end: "cut" }),
  () => chunks([textChunk("Hi")], { done: false }),
  () => chunks([textChunk("Hi"), finishChunk("stop")], { done: false }),
  () => rawStream(["data: {nonsense\n\n"], { end: "hang" }),
  () => rawStream([], { end: "cut" }),
  () => rawStream([]),
  () => refusal(429, openaiError("Slow down"), { "retry-after-ms": "5" }),
  () => refusal(503, openaiError("Busy")),
  () => refusal(400, openaiError("Bad")),
];

/** Reproducible randomness (a linear congruential generator). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * sides);
  };
}

for (const seed of [1, 2, 3]) {
  Deno.test(`a storm of requests leaves every place free (${seed})`, async () => {
    const roll = dice(seed);
    let inFlight = 0;
    let most = 0;
    let skippedMs = 0;
    await using proxy: Proxy = startProxy({
      environment: { OPENAI_API_KEY: "a,b" },
      limits: { concurrency: CONCURRENCY },
      clock: () => performance.now() + skippedMs,
      script(exchange) {
        inFlight++;
        exchange.ended.then(() => inFlight--);
        for (const key of proxy.upstreamState()?.keys ?? []) {
          most = Math.max(most, key.inFlight);
        }
        return REPLIES[roll(REPLIES.length)]?.();
      },
    });
    const request = async () => {
      const leaving = new AbortController();
      const answer = postMessages(proxy, { stream: roll(2) === 0 }, {
        signal: leaving.signal,
        headers: { "x-claude-code-session-id": `${roll(5)}` },
      });
      const leaves = roll(4) === 0;
      const timer = setTimeout(() => leaves && leaving.abort(), roll(20));
      try {
        await (await answer).text();
      } catch {
        ok(leaves);
      } finally {
        clearTimeout(timer);
      }
    };
    for (let wave = 0; wave < 10; wave++) {
      await Promise.all(Array.from({ length: 20 }, request));
      skippedMs += 60_000; // breakers close and keys return
    }
    // The upstream has yet to notice those who left.
    while (inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const state = proxy.upstreamState();
    equal(state?.waiting, 0);
    for (const key of state?.keys ?? []) equal(key.inFlight, 0);
    equal(most, CONCURRENCY);
  });
}
