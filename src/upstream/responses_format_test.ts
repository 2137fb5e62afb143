import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { ResponsesEvent } from "../openai/responses_events.ts";
import { ChunkParser } from "./chunk_parser.ts";
import { responsesFormat } from "./responses_format.ts";

const encoder = new TextEncoder();

function sse(data: { type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function delta(text: string): string {
  return sse(Object({
    type: "response.output_text.delta",
    item_id: "msg_1",
    output_index: 0,
    content_index: 0,
    delta: text,
    logprobs: [],
    sequence_number: 4,
    obfuscation: "xyz",
  }));
}

const COMPLETED = sse(Object({
  type: "response.completed",
  response: { status: "completed", output: [], usage: null },
}));

/** Parses the pieces of a stream. */
function parse(pieces: Uint8Array[]) {
  const parser = new ChunkParser(responsesFormat);
  const parsed = [...pieces.map((piece) => parser.push(piece)), parser.end()];
  return {
    events: parsed.flatMap(({ chunks }) => chunks).map(inWords),
    failure: parsed.find(({ failure }) => failure)?.failure,
    nonsense: parsed.find(({ nonsense }) => nonsense)?.nonsense,
    sawSentinel: parser.sawSentinel,
  };
}

function parseText(text: string) {
  return parse([encoder.encode(text)]);
}

function inWords(event: ResponsesEvent): string {
  return event.type.endsWith(".delta") ? String(event.delta) : event.type;
}

Deno.test("responsesFormat reads the same wherever the bytes are cut", () => {
  const bytes = encoder.encode(
    `\uFEFF${delta("é")}: comment\r\n\r\n` +
      delta("🦕 漢").replaceAll("\n", "\r\n") + COMPLETED,
  );
  const whole = {
    events: ["é", "🦕 漢", "response.completed"],
    failure: undefined,
    nonsense: undefined,
    sawSentinel: true,
  };
  deepEqual(parse([bytes]), whole);
  for (let at = 1; at < bytes.length; at++) {
    deepEqual(parse([bytes.slice(0, at), bytes.slice(at)]), whole);
  }
  deepEqual(parse([...bytes].map((byte) => Uint8Array.of(byte))), whole);
});

Deno.test("responsesFormat does not look into events that it does not need", () => {
  const unread = [
    "event: response.created\ndata: {not JSON\n\n",
    "event: response.from_the_future\ndata: 5\n\n",
    `data: ${JSON.stringify({ type: "response.in_progress" })}\n\n`,
    "data: [DONE]\n\n",
  ];
  deepEqual(parseText([...unread, delta("a"), ...unread].join("")), {
    events: ["a"],
    failure: undefined,
    nonsense: undefined,
    sawSentinel: false,
  });
});

Deno.test("responsesFormat reads events without names, or with names that say nothing", () => {
  for (const name of ["", "event: message\n"]) {
    const renamed = (delta("a") + COMPLETED).replaceAll(/^event:.*\n/gm, name);
    deepEqual(parseText(renamed).events, ["a", "response.completed"]);
  }
});

Deno.test("responsesFormat reads nothing after the last event", () => {
  deepEqual(parseText(COMPLETED + delta("a")).events, ["response.completed"]);
});

const FAILURES: [string, string][] = [
  [
    "of a response (P9)",
    sse(Object({
      type: "response.failed",
      response: {
        status: "failed",
        error: { code: "server_error", message: "It broke" },
      },
    })),
  ],
  [
    "that is flat (P10)",
    sse(Object({
      type: "error",
      code: "server_error",
      message: "It broke",
      param: null,
      sequence_number: 3,
    })),
  ],
  [
    "in an envelope",
    sse(Object({
      type: "error",
      error: { code: "server_error", message: "It broke" },
    })),
  ],
  [
    "without a name",
    `data: ${
      JSON.stringify({ error: { code: "server_error", message: "It broke" } })
    }\n\n`,
  ],
];

for (const [what, event] of FAILURES) {
  Deno.test(`responsesFormat reads a failure ${what}, after what came before it`, () => {
    const { events, failure } = parseText(delta("a") + event + delta("b"));
    deepEqual(events, ["a"]);
    equal(failure?.message, "It broke");
    deepEqual(failure?.codes, ["server_error"]);
  });
}

Deno.test("responsesFormat reads a failure that says nothing", () => {
  for (const response of [{}, { error: null }]) {
    const data = Object({ type: "response.failed", response });
    ok(parseText(sse(data)).failure);
  }
  ok(parseText("event: error\ndata: broken\n\n").failure);
});

Deno.test("responsesFormat calls what it cannot read a failure of the upstream", () => {
  const broken = [
    "data: {\n\n",
    sse(Object({ type: "response.output_text.delta", delta: 5 })),
    sse(Object({ type: "response.completed" })),
    sse(Object({
      type: "response.output_item.done",
      item: { type: "function_call", arguments: {} },
    })),
  ];
  for (const data of broken) {
    const { nonsense } = parseText(data);
    equal(nonsense?.type, "api_error");
    equal(nonsense?.status, 502);
  }
});

Deno.test("responsesFormat reads a whole response as its last event", () => {
  const output = [{ type: "message", content: [] }];
  const read = (status: string) =>
    responsesFormat.readWhole({ object: "response", status, output });
  equal(read("completed")?.piece?.type, "response.completed");
  equal(read("incomplete")?.piece?.type, "response.incomplete");
  equal(read("completed")?.isLast, true);
  const error = { code: "server_error", message: "It broke" };
  const failed = responsesFormat.readWhole({ status: "failed", error });
  equal(failed?.failure?.message, "It broke");
  const running = { status: "in_progress", output };
  for (const json of [undefined, null, 5, [], {}, { choices: [] }, running]) {
    equal(responsesFormat.readWhole(json), null);
  }
});
