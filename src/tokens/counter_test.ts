import {
  deepStrictEqual as deepEqual,
  notDeepStrictEqual as notDeepEqual,
  strictEqual as equal,
} from "node:assert";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import ranks from "js-tiktoken/ranks/o200k_base";
import { createBpe } from "./bpe.ts";
import {
  createTokenCounter,
  type TokenCounter,
  type TokenCounterOptions,
} from "./counter.ts";
import { isTokenWorker } from "./worker.ts";

const countTokens = createBpe(ranks);

const REAL = new URL("../../tests/fixtures/token_worker.ts", import.meta.url);
const SILENT = "data:text/javascript,onmessage = () => {}";
const STILLBORN = "data:text/javascript,throw 'at once'";
/**
 * Counts all characters but spaces; dies on the text "die", without a stack.
 */
const MORTAL = `data:text/javascript,onmessage = ({ data: { id, texts } }) => {
  if (texts[0] === "die") throw "as asked";
  const tokens = texts.map((text) => text.replaceAll(" ", "").length);
  postMessage({ id, tokens });
}`;

const O200K = "o200k_base";

/** Starting the real one takes long when many tests run at once. */
const PATIENT = { workerUrl: REAL, idleTimeoutMs: 120_000 };

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

Deno.test("count() gives the exact count of each text", () =>
  withCounter(PATIENT, async (counter) => {
    const texts = ["Hello, world", "", "数える", "<|endoftext|>"];
    deepEqual(await counter.count(texts, O200K), texts.map(countTokens));
  }));

Deno.test("count() counts with the encoding that is asked for", () =>
  withCounter(PATIENT, async (counter) => {
    const texts = ["数える数える数える", "plain"];
    const [own, older] = await Promise.all([
      counter.count(texts, O200K),
      counter.count(texts, "cl100k_base"),
    ]);
    deepEqual(own, texts.map(countTokens));
    deepEqual(older, texts.map(createBpe(cl100k)));
    notDeepEqual(own, older);
  }));

Deno.test("count() gives each caller its own answer", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    const texts = ["a", "bb", "ccc"];
    const counts = texts.map((text) => counter.count([text], O200K));
    equal((await Promise.all(counts)).join(), "1,2,3");
  }));

const HEAVY = {
  "20 000 letters": "a".repeat(20_000),
  "4 000 spaces": " ".repeat(4_000),
  "a blob of 1 MB": "iVBORw0KGgo+/".repeat(76_900),
};

for (const [kind, text] of Object.entries(HEAVY)) {
  Deno.test(`count() lets the event loop go on during ${kind}`, () =>
    withCounter(PATIENT, async (counter) => {
      let isCounted = false;
      const counting = counter.count([text], O200K)
        .finally(() => isCounted = true);
      await nextTimer();
      equal(isCounted, false);
      deepEqual(await counting, [countTokens(text)]);
    }));
}

Deno.test("count() asks for 1 000 000 characters, and takes a longer text to go on", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    const texts = ["a".repeat(999_998), "a" + " ".repeat(300_000), "  "];
    deepEqual(await counter.count(texts, O200K), [999_998, 150_001, null]);
  }));

Deno.test("count() of nothing is 0 without a worker", async () => {
  const counter = createTokenCounter({ workerUrl: SILENT });
  deepEqual(await counter.count(["", ""], O200K), [0, 0]);
});

Deno.test("count() gives up when the worker dies, then replaces it", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    for (let i = 0; i < 2; i++) {
      deepEqual(await counter.count(["die", "too"], O200K), [null, null]);
      deepEqual(await counter.count(["a".repeat(9)], O200K), [9]);
    }
  }));

Deno.test("count() gives up for good when the replacement dies at once", () =>
  withCounter({ workerUrl: MORTAL }, async (counter) => {
    await counter.count(["die"], O200K);
    await counter.count(["die"], O200K);
    deepEqual(await counter.count(["text"], O200K), [null]);
  }));

Deno.test("count() gives up when the worker does not even start", () =>
  withCounter({ workerUrl: STILLBORN }, async (counter) => {
    deepEqual(await counter.count(["text"], O200K), [null]);
  }));

Deno.test("count() gives up when the worker falls silent", () =>
  withCounter({ workerUrl: SILENT, idleTimeoutMs: 1 }, async (counter) => {
    for (const text of ["the first", "its replacement", "no worker"]) {
      deepEqual(await counter.count([text], O200K), [null]);
    }
  }));

Deno.test("count() gives up at once while the worker has a backlog", () =>
  withCounter({ workerUrl: SILENT }, async (counter) => {
    const text = "a".repeat(1_000_000);
    const waiting = Array.from(
      { length: 3 },
      () => counter.count([text], O200K),
    );
    deepEqual(await counter.count(["text"], O200K), [null]);
    counter.close();
    equal((await Promise.all(waiting)).length, 3);
  }));

Deno.test("close() gives up pending and later counts", () =>
  withCounter({ workerUrl: SILENT }, async (counter) => {
    counter.warm();
    const pending = counter.count(["pending"], O200K);
    counter.close();
    deepEqual(await pending, [null]);
    deepEqual(await counter.count(["later"], O200K), [null]);
  }));

Deno.test("isTokenWorker() is false on the server's side", () => {
  equal(isTokenWorker(self), false);
});
