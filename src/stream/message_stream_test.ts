import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { answerContext } from "../../tests/builders.ts";
import { ApiError } from "../anthropic/errors.ts";
import { finishChunk, textChunk, usageChunk } from "../demo/chunks.ts";
import { createMessageStream } from "./message_stream.ts";
import type { ChatChunk } from "../openai/chat.ts";
import { StreamTranslator } from "../translate/stream.ts";
import type { ChunkSource } from "../upstream/chunk_source.ts";

type Read = () => Promise<ChatChunk[] | null>;

/** A source that plays `reads`, one per call, then hangs. */
function play(reads: Read[]) {
  let cancelled = 0;
  const source: ChunkSource<ChatChunk> = {
    read: () => reads.shift()?.() ?? new Promise(() => {}),
    isEnded: false,
    sawSentinel: false,
    cancel: () => void cancelled++,
  };
  return { source, cancels: () => cancelled };
}

function streamOf(
  source: ChunkSource<ChatChunk>,
  stopSequences: string[] = [],
) {
  const translator = new StreamTranslator(answerContext({ stopSequences }));
  return createMessageStream({ source, translator, usageMs: 1 });
}

const chunks = (...chunks: ChatChunk[]): Read => () => Promise.resolve(chunks);
const end: Read = () => Promise.resolve(null);
const fail: Read = () => Promise.reject(new ApiError("api_error", "cut"));

async function typesOf(stream: ReturnType<typeof streamOf>): Promise<string[]> {
  const types: string[] = [];
  for (;;) {
    const events = await stream.next();
    if (!events) return types;
    types.push(...events.map(({ type }) => type));
  }
}

const WHOLE = [
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
];

Deno.test("createMessageStream() waits for usage after the finish reason", async () => {
  const usage = usageChunk({ prompt_tokens: 7, completion_tokens: 2 });
  const { source } = play([
    chunks(textChunk("a"), finishChunk("stop")),
    chunks(usage),
    end,
  ]);
  const stream = streamOf(source);
  await stream.next();
  const last = await stream.next();
  const delta = last?.find((event) => event.type === "message_delta");
  equal(delta?.usage.input_tokens, 7);
});

Deno.test("createMessageStream() ends without usage that does not come", async () => {
  const { source, cancels } = play([
    chunks(textChunk("a"), finishChunk("stop")),
  ]);
  deepEqual(await typesOf(streamOf(source)), WHOLE);
  equal(cancels(), 1);
});

Deno.test("createMessageStream() ends complete when the cut comes after the finish reason", async () => {
  const { source } = play([chunks(textChunk("a"), finishChunk("stop")), fail]);
  deepEqual(await typesOf(streamOf(source)), WHOLE);
});

Deno.test("createMessageStream() gives what came before a failure, then throws", async () => {
  const { source } = play([chunks(textChunk("a")), fail]);
  const stream = streamOf(source);
  equal((await stream.next())?.length, 3);
  await rejects(stream.next(), { message: "cut" });
});

Deno.test("createMessageStream() gives what came in the read that was cut, then throws", async () => {
  const { source } = play([chunks(textChunk("a")), end]);
  const stream = streamOf(source);
  await stream.next();
  await rejects(stream.next(), ApiError);
  await rejects(stream.next(), ApiError);
});

Deno.test("createMessageStream() lets the upstream go at a stop sequence (S22)", async () => {
  const { source, cancels } = play([
    chunks(textChunk("one E")),
    chunks(textChunk("ND two")),
  ]);
  deepEqual(await typesOf(streamOf(source, ["END"])), WHOLE);
  equal(cancels(), 1);
});

Deno.test("createMessageStream() keeps a client patient with pings and empty deltas", async () => {
  const { source } = play([chunks(textChunk("a"))]);
  const stream = streamOf(source);
  deepEqual(stream.keepAlive(), [{ type: "ping" }]);
  await stream.next();
  deepEqual(stream.keepAlive(), [
    { type: "ping" },
    {
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text: "" },
    },
  ]);
});
