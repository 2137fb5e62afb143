import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { ApiError } from "../anthropic/errors.ts";
import { openByteReader } from "../transport/byte_reader.ts";
import { createAnswerReader } from "./answer_reader.ts";
import { Patience } from "./patience.ts";
import { createRelay } from "./relay.ts";

const encoder = new TextEncoder();

const START = 'event: message_start\ndata: {"message":{"model":"up"}}\n\n';
const PING = "event: ping\ndata: {}\n\n";

/** A relay of an answer that never ends, and how often it was read. */
function endless(more: Uint8Array<ArrayBuffer> = encoder.encode(PING)) {
  let reads = 0;
  const abort = new AbortController();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(reads++ === 0 ? encoder.encode(START) : more);
    },
  }, { highWaterMark: 0 });
  const patience = new Patience({
    upstream: "test",
    abort,
    timeouts: { firstByteMs: 60_000, idleMs: 60_000, totalMs: 60_000 },
  });
  const reader = createAnswerReader(openByteReader(body), {
    patience,
    onEnd() {},
  });
  const answer = { headers: new Headers(), reader, settle() {} };
  const relay = createRelay({
    upstream: "test",
    model: "up",
    open: () => Promise.resolve(answer),
    abort,
    toError: (text) => new ApiError("api_error", text),
  });
  return { relay, abort, reads: () => reads };
}

Deno.test("createRelay() reads no further than it is read", async () => {
  const { relay, abort, reads } = endless();
  equal(reads(), 0);
  const decoder = new TextDecoder();
  const read = async () => decoder.decode(await relay.next() ?? undefined);
  deepEqual([await read(), await read(), await read()], [START, PING, PING]);
  equal(reads(), 3);
  abort.abort();
});

Deno.test("createRelay() stops reading as soon as it is cancelled", async () => {
  const { relay, abort, reads } = endless();
  await relay.next();
  relay.cancel(new ApiError("api_error", "gone"));
  equal(abort.signal.aborted, true);
  await rejects(relay.next(), { message: "gone" });
  equal(reads(), 1);
});

Deno.test("createRelay() can say nothing before the upstream but ping", () => {
  const { relay } = endless();
  deepEqual(relay.start(), []);
  deepEqual(relay.keepAlive(), [{ type: "ping" }]);
});

Deno.test("createRelay() lets an upstream go whose event never ends", async () => {
  const { relay, abort } = endless(new Uint8Array(8 * 1024 * 1024).fill(120));
  await relay.next();
  await rejects(relay.next(), ApiError);
  equal(abort.signal.aborted, true);
});
