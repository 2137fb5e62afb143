import { strictEqual as equal } from "node:assert";
import ranks from "js-tiktoken/ranks/o200k_base";
import { createBpe } from "./bpe.ts";
import {
  createTokenCounter,
  type TokenCounter,
  type TokenCounterOptions,
} from "./counter.ts";
import { estimateTokens } from "./estimate.ts";
import { isTokenWorker } from "./worker.ts";

const countTokens = createBpe(ranks);

const REAL = new URL("../../tests/fixtures/token_worker.ts", import.meta.url);
const SILENT = "data:text/javascript,onmessage = () => {}";
const STILLBORN = "data:text/javascript,throw 'at once'";
/** Takes all but spaces for tokens; dies of the text "die", without a stack. */
const MORTAL = `data:text/javascript,onmessage = ({ data: { id, texts } }) => {
  if (texts[0] === "die") throw "as asked";
  postMessage({ id, tokens: texts.join("").replaceAll(" ", "").length });
}`;

async function withCounter(
  options: TokenCounterOptions,
  test: (counter: TokenCounter) => Promise<void>,
): Promise<void> {
  const counter = createTokenCounter(options);
  try {
    await test(counter);
  } finally {
    counter.close();
  }
}

function nextTimer(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("count() adds up the exact counts of all texts", () =>
  withCounter({ workerUrl: REAL }, async (counter) => {
    const texts = ["Hello, world", "", "数える", "<|endoftext|>"];
    const exact = texts.reduce((sum, text) => sum + countTokens(text), 0);
    equal(await counter.count(texts), exact);
  }));

Deno.test("count() gives each caller its own answer", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    const texts = ["a", "bb", "ccc"];
    const counts = texts.map((text) => counter.count([text]));
    equal((await Promise.all(counts)).join(), "1,2,3");
  }));

const HEAVY = {
  "20 000 letters": "a".repeat(20_000),
  "4 000 spaces": " ".repeat(4_000),
  "a blob of 1 MB": "iVBORw0KGgo+/".repeat(76_900),
};

for (const [kind, text] of Object.entries(HEAVY)) {
  Deno.test(`count() lets the event loop go on during ${kind}`, () =>
    withCounter({ workerUrl: REAL }, async (counter) => {
      let isCounted = false;
      const counting = counter.count([text]).finally(() => isCounted = true);
      await nextTimer();
      equal(isCounted, false);
      equal(await counting, countTokens(text));
    }));
}

Deno.test("count() asks for 1 000 000 characters and extrapolates", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    const texts = ["a".repeat(999_999), "a" + " ".repeat(300_000), "  "];
    equal(await counter.count(texts), 1_300_002);
  }));

Deno.test("count() of nothing is 0 without a worker", async () => {
  equal(await createTokenCounter({ workerUrl: SILENT }).count(["", ""]), 0);
});

Deno.test("count() estimates when the worker dies, then replaces it", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    for (let i = 0; i < 2; i++) {
      equal(await counter.count(["die"]), estimateTokens("die"));
      equal(await counter.count(["a".repeat(9)]), 9);
    }
  }));

Deno.test("count() estimates all when the replacement dies at once", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    await counter.count(["die"]);
    await counter.count(["die"]);
    equal(await counter.count(["a".repeat(9)]), estimateTokens("a".repeat(9)));
  }));

Deno.test("count() estimates when the worker does not even start", () =>
  withCounter({ workerUrl: STILLBORN }, async (counter) => {
    equal(await counter.count(["text"]), estimateTokens("text"));
  }));

Deno.test("count() estimates when the worker falls silent", () =>
  withCounter({ workerUrl: SILENT, idleTimeoutMs: 1 }, async (counter) => {
    for (const text of ["the first", "its replacement", "no worker"]) {
      equal(await counter.count([text]), estimateTokens(text));
    }
  }));

Deno.test("count() estimates at once while the worker has a backlog", () =>
  withCounter({ workerUrl: SILENT }, async (counter) => {
    const text = "a".repeat(1_000_000);
    const waiting = Array.from({ length: 3 }, () => counter.count([text]));
    equal(await counter.count(["text"]), estimateTokens("text"));
    counter.close();
    equal((await Promise.all(waiting)).length, 3);
  }));

Deno.test("close() answers pending and later counts with the estimate", () =>
  withCounter({ workerUrl: SILENT }, async (counter) => {
    counter.warm();
    const pending = counter.count(["pending"]);
    counter.close();
    equal(await pending, estimateTokens("pending"));
    equal(await counter.count(["later"]), estimateTokens("later"));
  }));

Deno.test("isTokenWorker() is false on the server's side", () => {
  equal(isTokenWorker(self), false);
});
