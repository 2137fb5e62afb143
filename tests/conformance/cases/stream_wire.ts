/**
 * Streamed answers: bytes, silence, and clients that leave or do not read.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk } from "../../../src/demo/chunks.ts";
import { chunks, rawStream, type Reply } from "../../../src/demo/replies.ts";
import { toMessage } from "../../read_message.ts";
import { parseEvents, postMessages } from "../../support.ts";
import { startFakeApp } from "../fake_app.ts";
import type { Case } from "../case.ts";
import type { Answer, Place } from "../place.ts";
import { blocksOf } from "../wire.ts";

/** Sends the status line soon, and pings often. */
const QUICK = { commitMs: 5, pingMs: 5 };

/**
 * Asks, and settles `pinged` after the third ping; returns the answer's blocks.
 */
async function patiently(
  place: Place,
  script: Answer,
  pinged: PromiseWithResolvers<void>,
): Promise<string[]> {
  await using proxy = place.open(script, { times: QUICK });
  const { status, body } = await postMessages(proxy, { stream: true });
  equal(status, 200);
  ok(body);
  let sent = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    sent += piece;
    if (sent.split("event: ping").length > 3) pinged.resolve();
  }
  return blocksOf(toMessage(parseEvents(sent)));
}

export const STREAM_WIRE_CASES: readonly Case[] = [
  {
    id: "S16",
    title: "an upstream that sends comments alone: the client is pinged",
    at: "every",
    async run(place) {
      const pinged = Promise.withResolvers<void>();
      async function* pieces() {
        yield ": OPENROUTER PROCESSING\n\n";
        await pinged.promise;
        yield ": OPENROUTER PROCESSING\n\n";
        yield place.pieces([textChunk("Hi"), finishChunk("stop")]).join("");
      }
      const script = () => rawStream(pieces());
      deepEqual(await patiently(place, script, pinged), ["text Hi"]);
    },
  },
  {
    id: "S17",
    title: "a silent upstream: the status line after 20 s, then pings",
    at: "once",
    async run(place) {
      const pinged = Promise.withResolvers<void>();
      const script = async (): Promise<Reply> => {
        await pinged.promise;
        return chunks([textChunk("Hi"), finishChunk("stop")]);
      };
      deepEqual(await patiently(place, script, pinged), ["text Hi"]);
    },
  },
  {
    id: "S20",
    title:
      "an error event is an error of its kind, what cannot be read is one, too",
    at: "every",
    async run(place) {
      const error = { message: "slow", code: 429, type: "rate_limit_error" };
      const said = JSON.stringify({ error });
      const begun = place.pieces([textChunk("a")]);
      const reply = rawStream([...begun, `event: error\ndata: ${said}\n\n`]);
      const events = await place.events(reply);
      equal(Object(events.at(-1)?.data.error).type, "rate_limit_error");
      const plain = rawStream(["event: error\ndata: it broke\n\n"]);
      const { status } = await place.refuses(plain, { stream: true });
      ok(status >= 500);
      const garbage = [...begun, "data: {oops\n\n"];
      await using proxy = place.open(rawStream(garbage, { end: "hang" }));
      const response = await postMessages(proxy, { stream: true });
      match(await response.text(), /event: error\n.*\n\n$/);
      equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
    },
  },
  {
    id: "S21",
    title: "characters and lines cut anywhere stay whole",
    at: "every",
    async run(place) {
      const list = place.pieces([textChunk("a😀é"), finishChunk("stop")]);
      const sentinel = place.api === "chat" ? "data:[DONE]" : "";
      const lines = [...list, sentinel].join(": comment\n\n").trimEnd()
        .replace(/data: ([^\n]*?,)/g, "data:$1\ndata: ");
      const text = `\uFEFF${lines.replaceAll("\n", "\r\n")}`;
      const bytes = new TextEncoder().encode(text);
      for (const size of [1, 7]) {
        const pieces = Array.from(
          { length: Math.ceil(bytes.length / size) },
          (_, n) => bytes.subarray(n * size, (n + 1) * size),
        );
        const { message } = await place.streams(rawStream(pieces));
        deepEqual(blocksOf(message), ["text a😀é"]);
      }
    },
  },
  {
    id: "S34",
    title: "a client that leaves takes the upstream's work with it",
    at: "every",
    shownBy:
      "tests/pains_liveness_test.ts and tests/e2e/cancellation_test.ts, with the real Claude Code",
    async run(place) {
      await using proxy = place.open(
        chunks([textChunk("Once")], { end: "hang" }),
      );
      const response = await postMessages(proxy, { stream: true });
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
    },
  },
  {
    id: "S35",
    title: "a client that reads slowly holds the upstream back",
    at: "every",
    async run(place) {
      let pulled = 0;
      const pieces = place.pieces([textChunk("word ".repeat(1_000))]);
      const upstream = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull(controller) {
          const text = pulled++ === 0 ? pieces.join("") : pieces.at(-1);
          controller.enqueue(new TextEncoder().encode(text));
        },
      }, { highWaterMark: 0 });
      const headers = { "content-type": "text/event-stream" };
      await using app = startFakeApp(
        place,
        () => Promise.resolve(new Response(upstream, { headers })),
      );
      const response = await app.post({ stream: true });
      equal(response.status, 200);
      const reader = response.body?.getReader();
      for (let reads = 1; reads <= 5; reads++) {
        await reader?.read();
        ok(pulled <= reads + 2, `${pulled} pieces after ${reads} reads`);
      }
      await reader?.cancel();
    },
  },
];
