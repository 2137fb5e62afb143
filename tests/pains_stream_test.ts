/**
 * Problems of users of peer systems with streamed text, thinking and usage: a
 * row of the probe table (A.3) or a pain (B) per test, through the port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { Message } from "../src/anthropic/message.ts";
import {
  finishChunk,
  reasoningChunk,
  textChunk,
  usageChunk,
} from "../src/demo/chunks.ts";
import { chunks, rawStream } from "../src/demo/replies.ts";
import { readMessage } from "./read_message.ts";
import { postMessages, readEvents, startProxy } from "./support.ts";

const THINKING = { thinking: { type: "adaptive" } };

/** The message a client gets if the upstream sends these chunks. */
async function stream(
  list: readonly unknown[],
  body: Record<string, unknown> = {},
): Promise<Message> {
  await using proxy = startProxy({ script: () => chunks(list) });
  return await readMessage(
    await postMessages(proxy, { stream: true, ...body }),
  );
}

function text(text: string) {
  return { type: "text", text, citations: null };
}

Deno.test("A.3 usage in a trailing choices:[] chunk: asked for, and counted", async () => {
  const usage = { prompt_tokens: 1000, completion_tokens: 20 };
  const list = [textChunk("Hi"), finishChunk("stop"), usageChunk(usage)];
  await using proxy = startProxy({ script: () => chunks(list) });
  const response = await postMessages(proxy, { stream: true });
  const message = await readMessage(response);
  equal(message.usage.input_tokens, 1000);
  equal(message.usage.output_tokens, 20);
  const [exchange] = proxy.upstream.exchanges;
  deepEqual(exchange?.body.stream_options, { include_usage: true });
});

Deno.test("A.3 message_start input_tokens: an estimate of the prompt, not 0", async () => {
  await using proxy = startProxy();
  const content = "The quick brown fox jumps over the lazy dog. ".repeat(100);
  const messages = [{ role: "user", content }];
  const response = await postMessages(proxy, { stream: true, messages });
  const [start] = await readEvents(response);
  const estimate = Object(start?.data).message.usage.input_tokens;
  ok(estimate > 750 && estimate < 1500, `about 1000, got ${estimate}`);
});

Deno.test("A.3 reasoning_content: thinking with a signature", async () => {
  const message = await stream([
    reasoningChunk("Let me "),
    reasoningChunk("see."),
    textChunk("Yes."),
    finishChunk("stop"),
  ], THINKING);
  const [thinking, answer] = message.content;
  ok(thinking?.type === "thinking");
  equal(thinking.thinking, "Let me see.");
  notEqual(thinking.signature, "");
  deepEqual(answer, text("Yes."));
});

Deno.test("A.3 stray [DONE]: the upstream's sentinel goes no further", async () => {
  await using proxy = startProxy();
  const sent = await (await postMessages(proxy, { stream: true })).text();
  ok(!sent.includes("[DONE]"));
});

Deno.test(
  "A.3 stop_sequences: found here, across chunks, and the upstream let go",
  { timeout: 10_000 },
  async () => {
    const list = ["ab", "E", "N", "Dcd"].map(textChunk);
    await using proxy = startProxy({
      script: () => chunks(list, { end: "hang" }),
    });
    const body = { stream: true, stop_sequences: ["END"] };
    const message = await readMessage(await postMessages(proxy, body));
    deepEqual(message.content, [text("ab")]);
    equal(message.stop_reason, "stop_sequence");
    equal(message.stop_sequence, "END");
    equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
  },
);

Deno.test("B.2 thinking and text by turns: a block each, nothing mixed", async () => {
  const { content } = await stream([
    reasoningChunk("a"),
    textChunk("b"),
    reasoningChunk("c"),
    textChunk("d"),
    finishChunk("stop"),
  ], THINKING);
  const told = content.map((block) =>
    block.type === "thinking" ? `(${block.thinking})` : Object(block).text
  );
  deepEqual(told, ["(a)", "b", "(c)", "d"]);
});

Deno.test("B.5 cached tokens: counted once, as cache reads", async () => {
  const { usage } = await stream([
    textChunk("Hi"),
    finishChunk("stop"),
    usageChunk({
      prompt_tokens: 1000,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 800 },
    }),
  ]);
  equal(usage.input_tokens, 200);
  equal(usage.cache_read_input_tokens, 800);
});

Deno.test("B.30 UTF-8 split between chunks: intact at every byte", async () => {
  const said = "日本語 🎉 é";
  const bytes = new TextEncoder().encode(
    [textChunk(said), finishChunk("stop")]
      .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(""),
  );
  const oneByOne = Array.from(bytes, (byte) => Uint8Array.of(byte));
  await using proxy = startProxy({ script: () => rawStream(oneByOne) });
  const response = await postMessages(proxy, { stream: true });
  const { content } = await readMessage(response);
  deepEqual(content, [text(said)]);
});
