/**
 * Problems of users of peer systems while nothing arrives: clients that have
 * left and upstreams that are silent. A row of the probe table (A.3) per test.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import { chunks, rawStream, type Reply } from "../src/demo/replies.ts";
import { toMessage } from "./read_message.ts";
import {
  parseEvents,
  postMessages,
  readEvents,
  startProxy,
} from "./support.ts";

/** Sends the status line soon, and pings often. */
const QUICK = { commitMs: 5, pingMs: 5 };

/** Ends a test that waits for something that never comes. */
const OPTIONS = { timeout: 5_000 };

function beginAndHang(): Reply {
  return chunks([textChunk("Once upon a time")], { end: "hang" });
}

function nothing(): void {}

/**
 * As happens during any longer answer. In Deno 2.9.6 a fetch whose response was
 * garbage-collected ignores its signal.
 */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  for (let i = 0; i < 3; i++) {
    runInNewContext("gc()");
    await setImmediate();
  }
}

function toText(event: unknown): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

Deno.test(
  "A.3 client gone before the upstream answers: the upstream is let go",
  OPTIONS,
  async (t) => {
    for (const stream of [true, false]) {
      await t.step(`stream: ${stream}`, async () => {
        const asked = Promise.withResolvers<void>();
        await using proxy = startProxy({
          script: async ({ ended }) => {
            asked.resolve();
            await ended;
            return undefined;
          },
        });
        const client = new AbortController();
        const { signal } = client;
        const response = postMessages(proxy, { stream }, { signal });
        await asked.promise;
        client.abort();
        await response.catch(() => {});
        equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
      });
    }
  },
);

for (const first of [nothing, collectGarbage]) {
  Deno.test(
    `A.3 client gone in mid-stream after ${first.name}(): the upstream is let go`,
    OPTIONS,
    async () => {
      await using proxy = startProxy({ script: beginAndHang });
      const response = await postMessages(proxy, { stream: true });
      const reader = response.body?.getReader();
      await reader?.read();
      await first();
      await reader?.cancel();
      equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
    },
  );
}

Deno.test(
  "B.9 an upstream that dies in mid-stream: no ping hides it for ever",
  OPTIONS,
  async () => {
    await using proxy = startProxy({
      script: beginAndHang,
      environment: { UPSTREAM_IDLE_TIMEOUT: "0.5" },
      times: QUICK,
    });
    const response = await postMessages(proxy, { stream: true });
    await collectGarbage();
    const last = (await readEvents(response)).at(-1);
    equal(Object(last?.data).error.type, "timeout_error");
    equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
  },
);

Deno.test(
  "A.3 6 s quiet upstream: pings until it speaks",
  OPTIONS,
  async (t) => {
    const steps: Record<string, (signal: Promise<void>) => Promise<Reply>> = {
      "before its status line": async (signal) => {
        await signal;
        return chunks([textChunk("Hi"), finishChunk("stop")]);
      },
      "in mid-stream": (signal) => Promise.resolve(rawStream(pieces(signal))),
    };
    async function* pieces(signal: Promise<void>) {
      yield toText(textChunk("Hi"));
      await signal;
      yield toText(finishChunk("stop"));
    }
    for (const [name, script] of Object.entries(steps)) {
      await t.step(name, async () => {
        const pinged = Promise.withResolvers<void>();
        await using proxy = startProxy({
          script: () => script(pinged.promise),
          times: QUICK,
        });
        const { body } = await postMessages(proxy, { stream: true });
        ok(body);
        let sent = "";
        for await (const piece of body.pipeThrough(new TextDecoderStream())) {
          sent += piece;
          if (sent.split("event: ping").length > 3) pinged.resolve();
        }
        const { content } = toMessage(parseEvents(sent));
        deepEqual(content, [{ type: "text", text: "Hi", citations: null }]);
      });
    }
  },
);
