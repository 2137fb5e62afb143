/**
 * Streams of upstreams that speak the Messages API: failures, silence, clients
 * that leave.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  EVENTS,
  eventStream,
  logEntry,
  sse,
  startPassing,
  STREAM,
} from "./messages_upstream.ts";
import { parseEvents, postMessages, readEvents } from "./support.ts";

/** Ends a test that waits for something that never comes. */
const OPTIONS = { timeout: 5_000 };

const encoder = new TextEncoder();

/** A body that sends these pieces, then runs the rest. */
function pieces(
  texts: readonly string[],
  then: (controller: ReadableStreamDefaultController<Uint8Array>) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text));
      then(controller);
    },
  });
}

const hang = () => {};

Deno.test("passthrough passes an error event before the answer as a status (E23)", async () => {
  const error = { type: "overloaded_error", message: "Overloaded" };
  const event = sse(Object({ type: "error", error }));
  await using passing = await startPassing(() =>
    eventStream(": waiting\n\nevent: ping\ndata: {}\n\n" + event)
  );
  const response = await postMessages(passing.proxy, { stream: true });
  equal(response.status, 529);
  deepEqual((await response.json()).error, error);
});

Deno.test("passthrough passes an error event in mid-stream with our request id (S18)", async () => {
  const error = { type: "rate_limit_error", message: "Slow down" };
  const event = sse(Object({ type: "error", error, request_id: "req_up" }));
  await using passing = await startPassing(() =>
    eventStream(EVENTS.start + EVENTS.block + event + EVENTS.stop)
  );
  const response = await postMessages(passing.proxy, { stream: true });
  equal(response.status, 200);
  const events = await readEvents(response);
  deepEqual(events.map(({ event }) => event), [
    "message_start",
    "content_block_start",
    "error",
  ]);
  const { data } = events[2] ?? {};
  deepEqual(data?.error, error);
  equal(data?.request_id, response.headers.get("request-id"));
  equal(logEntry(passing.proxy.logged, "message").error, "rate_limit_error");
});

Deno.test("passthrough never lets a cut-off stream look complete (S14)", async (t) => {
  const partial = EVENTS.delta.slice(0, 40);
  const ends: Record<string, Parameters<typeof pieces>[1]> = {
    "closed": (controller) => controller.close(),
    "broken": (controller) => {
      setTimeout(() => controller.error(new Error("cut")), 10);
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    await t.step(name, async () => {
      await using passing = await startPassing(() =>
        eventStream(pieces([EVENTS.start, EVENTS.block, partial], end))
      );
      const response = await postMessages(passing.proxy, { stream: true });
      const events = await readEvents(response);
      deepEqual(events.map(({ event }) => event), [
        "message_start",
        "content_block_start",
        "error",
      ]);
      equal(Object(events[2]?.data.error).type, "api_error");
    });
  }
});

Deno.test("passthrough answers 502 where nothing came of a stream (S15)", async (t) => {
  const bodies: Record<string, () => Response> = {
    "nothing": () => eventStream(""),
    "pings alone": () => eventStream("event: ping\ndata: {}\n\n"),
    "another API's JSON": () => Response.json({ choices: [] }),
  };
  for (const [name, script] of Object.entries(bodies)) {
    await t.step(name, async () => {
      await using passing = await startPassing(script);
      for (const stream of [true, name.endsWith("JSON")]) {
        const response = await postMessages(passing.proxy, { stream });
        equal(response.status, 502);
        equal((await response.json()).error.type, "api_error");
      }
    });
  }
});

Deno.test(
  "passthrough lets the upstream go when the client leaves (S34)",
  OPTIONS,
  async () => {
    await using passing = await startPassing(() =>
      eventStream(pieces([EVENTS.start], hang))
    );
    const response = await postMessages(passing.proxy, { stream: true });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    equal(await passing.asked[0]?.ended, "cancelled");
  },
);

Deno.test(
  "passthrough pings in silence, between events alone (S17)",
  OPTIONS,
  async () => {
    const pinged = Promise.withResolvers<void>();
    const [head, tail] = [EVENTS.delta.slice(0, 50), EVENTS.delta.slice(50)];
    const { start, block, blockStop, end, stop } = EVENTS;
    await using passing = await startPassing(
      () =>
        eventStream(pieces([start, block, head], async (controller) => {
          await pinged.promise;
          for (const text of [tail, blockStop, end, stop]) {
            controller.enqueue(encoder.encode(text));
          }
          controller.close();
        })),
      { times: { pingMs: 5 } },
    );
    const asked = { stream: true, model: "big-model" };
    const { body } = await postMessages(passing.proxy, asked);
    ok(body);
    let sent = "";
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      sent += piece;
      if (sent.split("event: ping").length > 2) pinged.resolve();
    }
    const own = sent.replaceAll('event: ping\ndata: {"type":"ping"}\n\n', "");
    equal(own, STREAM);
  },
);

Deno.test(
  "passthrough pings before an answer that is long in coming",
  OPTIONS,
  async () => {
    const pinged = Promise.withResolvers<void>();
    await using passing = await startPassing(async () => {
      await pinged.promise;
      return eventStream(STREAM);
    }, { times: { commitMs: 5, pingMs: 5 } });
    const { body } = await postMessages(passing.proxy, { stream: true });
    ok(body);
    let sent = "";
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      sent += piece;
      pinged.resolve();
    }
    const names = parseEvents(sent).map(({ event }) => event);
    deepEqual(names.filter((name) => name !== "ping").slice(0, 1), [
      "message_start",
    ]);
    equal(names[0], "ping");
    equal(names.at(-1), "message_stop");
  },
);

Deno.test(
  "passthrough lets a silent upstream go after the idle timeout",
  OPTIONS,
  async () => {
    await using passing = await startPassing(
      () => eventStream(pieces([EVENTS.start], hang)),
      { environment: { UPSTREAM_IDLE_TIMEOUT: "0.2" } },
    );
    const response = await postMessages(passing.proxy, { stream: true });
    const events = await readEvents(response);
    equal(Object(events.at(-1)?.data.error).type, "timeout_error");
    equal(await passing.asked[0]?.ended, "cancelled");
  },
);
