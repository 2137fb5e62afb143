/**
 * Every event of the Responses API, and unknown ones, through the proxy's port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  finishChunk,
  queuedChunk,
  textChunk,
  thoughtChunk,
  usageChunk,
} from "../src/demo/chunks.ts";
import { chunks, rawStream, type Reply } from "../src/demo/replies.ts";
import { PLACES } from "./conformance/places.ts";
import { blocksOf, USAGE } from "./conformance/wire.ts";
import type { Place } from "./conformance/place.ts";
import { items } from "./responses_builders.ts";

const SHOWN = { thinking: { type: "adaptive", display: "summarized" } };

const THOUGHT = [
  queuedChunk(),
  thoughtChunk("They "),
  thoughtChunk("greet."),
  textChunk("Hello"),
  finishChunk("stop"),
  usageChunk(USAGE),
];

/** Events of tools we never offer, of media, of servers, and future ones. */
const UNKNOWN = [
  { type: "response.future.delta", delta: { not: "text" } },
  { type: "response.output_item.future", item: null },
  { type: "response.audio.delta", delta: "AAAA" },
  { type: "response.image_generation_call.partial_image", output_index: 0 },
  { type: "response.mcp_call.in_progress", output_index: 7 },
  { type: "response.custom_tool_call_input.delta", delta: "x" },
  { type: "response.code_interpreter_call_code.delta", delta: "x" },
  { type: "keepalive", sequence_number: 3 },
  { type: "codex.rate_limits", rate_limits: { primary: null } },
];

/** A whole response, byte for byte. */
function body(response: Record<string, unknown>): Reply {
  return rawStream([JSON.stringify(response)], {
    contentType: "application/json",
  });
}

function responses(): Place {
  const place = PLACES.find(({ name }) => name === "responses");
  if (!place) throw new Error("No place speaks the Responses API");
  return place;
}

const place = responses();

Deno.test("a queue and thoughts in the clear are told, streamed and whole", async () => {
  const told = ["thinking They greet.", "text Hello"];
  const { message } = await place.streams(THOUGHT, SHOWN);
  deepEqual(blocksOf(message), told);
  deepEqual(blocksOf(await place.message(chunks(THOUGHT), SHOWN)), told);
});

Deno.test("events that nobody knows change nothing, wherever they come", async () => {
  const expected = await place.streams(THOUGHT, SHOWN);
  const known = place.pieces(THOUGHT);
  for (const data of UNKNOWN) {
    const piece = `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
    const nameless = `data: ${JSON.stringify(data)}\n\n`;
    for (const each of [piece, nameless]) {
      const pieces = known.flatMap((one) => [each, one]);
      const { message } = await place.streams(rawStream(pieces), SHOWN);
      deepEqual(blocksOf(message), blocksOf(expected.message), data.type);
      deepEqual(message.usage, expected.message.usage, data.type);
    }
  }
});

Deno.test("an item of an unknown kind is passed over, streamed and whole", async () => {
  const item = { id: "x_1", type: "hologram", content: 5, status: [] };
  const events = ["added", "done"].map((end) => ({
    type: `response.output_item.${end}`,
    output_index: 0,
    item,
  }));
  const foreign = events.map((data) =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
  );
  const [created = "", ...rest] = place.pieces(THOUGHT);
  const { message } = await place.streams(
    rawStream([created, ...foreign, ...rest]),
  );
  deepEqual(blocksOf(message), ["text Hello"]);
  const whole = body({
    object: "response",
    status: "completed",
    output: [item, items.message("Hello")],
  });
  deepEqual(blocksOf(await place.message(whole)), ["text Hello"]);
});

for (
  const [finish, stopReason] of [
    ["length", "max_tokens"],
    ["content_filter", "refusal"],
  ] as const
) {
  Deno.test(`a response left incomplete by ${finish} ends with ${stopReason}, streamed and whole`, async () => {
    const list = [textChunk("Half an"), finishChunk(finish), usageChunk(USAGE)];
    const { message: streamed } = await place.streams(list);
    const last = place.pieces(list).at(-1) ?? "";
    const { response } = JSON.parse(last.slice(last.indexOf("{")));
    equal(response.status, "incomplete");
    for (
      const message of [
        streamed,
        await place.message(chunks(list)),
        await place.message(body(response)),
      ]
    ) {
      deepEqual(blocksOf(message), ["text Half an"]);
      equal(message.stop_reason, stopReason);
      equal(message.usage.output_tokens, USAGE.completion_tokens);
    }
  });
}

Deno.test("a response that failed is an error of its kind, streamed and whole", async () => {
  const error = { code: "rate_limit_exceeded", message: "Slow down" };
  const failed = { object: "response", status: "failed", error, output: [] };
  for (
    const [answer, fields] of [
      [place.failure(error), { stream: true }],
      [place.failure(error), {}],
      [body(failed), {}],
      [body(failed), { stream: true }],
    ] as const
  ) {
    const told = await place.refuses(answer, fields);
    equal(told.status, 429);
    equal(told.error.type, "rate_limit_error");
  }
});

Deno.test("a failure after the answer has begun is the stream's last event", async () => {
  const error = { code: "server_error", message: "It failed" };
  const response = { object: "response", status: "failed", error, output: [] };
  const data = { type: "response.failed", sequence_number: 9, response };
  const begun = place.pieces([textChunk("Once upon")]);
  const events = await place.events(
    rawStream([
      ...begun,
      `event: response.failed\ndata: ${JSON.stringify(data)}\n\n`,
    ]),
  );
  equal(events.at(-1)?.event, "error");
  equal(Object(events.at(-1)?.data.error).type, "api_error");
  equal(events.some(({ event }) => event === "message_stop"), false);
});
