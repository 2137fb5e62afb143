import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { ApiError } from "../anthropic/errors.ts";
import type { StreamEvent } from "../anthropic/message.ts";
import {
  type EventStreamTimes,
  openEventStream,
  type StreamEnd,
} from "./event_stream.ts";
import type { EventSource } from "./message_stream.ts";

const NEVER: EventStreamTimes = {
  commitMs: 60_000,
  pingMs: 60_000,
  stallMs: 60_000,
  usageMs: 0,
};

const STOP: StreamEvent = { type: "message_stop" };

/** A source driven by `next`, which remembers why it was cancelled. */
function scripted(next: () => Promise<StreamEvent[] | null>) {
  const cancelled = Promise.withResolvers<unknown>();
  const source: EventSource = {
    start: () => [{ type: "message_stop" }], // stands for message_start
    keepAlive: () => [{ type: "ping" }],
    next,
    cancel: (reason) => cancelled.resolve(reason),
  };
  return { source, cancelled: cancelled.promise };
}

function open(source: EventSource, times: Partial<EventStreamTimes> = {}) {
  const ended = Promise.withResolvers<StreamEnd>();
  const stream = openEventStream(source, {
    redact: (text) => text,
    requestId: "req_1",
    onBegin() {},
    times: { ...NEVER, ...times },
    onEnd: ended.resolve,
  });
  return { stream, ended: ended.promise };
}

function names(text: string): string[] {
  return [...text.matchAll(/^event: (\w+)$/gm)].map(([, name = ""]) => name);
}

Deno.test("openEventStream() throws what fails before the first event", async () => {
  const refused = new ApiError("rate_limit_error", "slow down");
  const { source } = scripted(() => Promise.reject(refused));
  await rejects(open(source).stream, refused);
});

Deno.test("openEventStream() ends with an error event what fails later", async () => {
  const reads = [Promise.resolve([STOP]), Promise.reject(new Error("secret"))];
  reads.forEach((read) => read.catch(() => {}));
  const { source } = scripted(() => reads.shift() ?? Promise.resolve(null));
  const { stream, ended } = open(source);
  const text = await new Response(await stream).text();
  deepEqual(names(text), ["message_stop", "error"]);
  equal(text.includes("secret"), false);
  equal(text.includes(`"request_id":"req_1"`), true);
  equal((await ended).outcome, "failed");
});

Deno.test("openEventStream() begins without the upstream when it takes too long", async () => {
  const answer = Promise.withResolvers<StreamEvent[] | null>();
  const reads = [answer.promise, Promise.resolve(null)];
  const { source } = scripted(() => reads.shift() ?? Promise.resolve(null));
  const reader = (await open(source, { commitMs: 1 }).stream).getReader();
  const decoder = new TextDecoder();
  const first = await reader.read();
  deepEqual(names(decoder.decode(first.value)), ["message_stop", "ping"]);
  answer.reject(new ApiError("overloaded_error", "too late for a status"));
  const second = await reader.read();
  deepEqual(names(decoder.decode(second.value)), ["error"]);
  equal((await reader.read()).done, true);
});

Deno.test("openEventStream() pings while the upstream is silent", async () => {
  const silence = Promise.withResolvers<StreamEvent[] | null>();
  const reads = [Promise.resolve([STOP]), silence.promise];
  const { source } = scripted(() => reads.shift() ?? Promise.resolve(null));
  const reader = (await open(source, { pingMs: 5 }).stream).getReader();
  const decoder = new TextDecoder();
  const read = async () => names(decoder.decode((await reader.read()).value));
  deepEqual(await read(), ["message_stop"]);
  deepEqual(await read(), ["ping"]);
  deepEqual(await read(), ["ping"]);
  silence.resolve(null);
  while (!(await reader.read()).done);
});

Deno.test("openEventStream() lets a client go that does not read", async () => {
  const { source, cancelled } = scripted(() => Promise.resolve([STOP]));
  const { stream, ended } = open(source, { stallMs: 5, pingMs: 5 });
  await stream;
  await cancelled;
  deepEqual(await ended, { outcome: "client gone" });
});

Deno.test("openEventStream() reads no further than the client does", async () => {
  let reads = 0;
  const { source } = scripted(() => {
    reads++;
    return Promise.resolve([STOP]);
  });
  const stream = await open(source).stream;
  const reader = stream.getReader();
  for (let i = 0; i < 3; i++) await reader.read();
  equal(reads <= 4, true, `${reads} reads`);
  await reader.cancel();
});

Deno.test("openEventStream() cancels its source when the client leaves", async () => {
  const { source, cancelled } = scripted(() => Promise.resolve([STOP]));
  const { stream, ended } = open(source);
  await (await stream).cancel("gone");
  equal(await cancelled, "gone");
  deepEqual(await ended, { outcome: "client gone" });
});
