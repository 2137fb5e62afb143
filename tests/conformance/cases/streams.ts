/**
 * Streamed answers: blocks and tool calls in every shape they come in.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  chunk,
  finishChunk,
  reasoningChunk,
  roleChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../../../src/demo/chunks.ts";
import type { Case } from "../case.ts";
import { blocksOf, wordsOfEvents } from "../wire.ts";

const THINKING = { thinking: { type: "adaptive", display: "summarized" } };

/** Two calls, each in a start and two fragments. */
const BASH = [
  toolCallChunk({ index: 0, id: "call_a", name: "Bash" }),
  toolCallChunk({ index: 0, args: '{"command":' }),
  toolCallChunk({ index: 0, args: '"ls"}' }),
];
const READ = [
  toolCallChunk({ index: 1, id: "call_b", name: "Read" }),
  toolCallChunk({ index: 1, args: '{"path":' }),
  toolCallChunk({ index: 1, args: '"a"}' }),
];
const BOTH = ['Bash {"command":"ls"}', 'Read {"path":"a"}'];
const CALLED = finishChunk("tool_calls");

/** A fragment without an index. */
function fragment(call: Record<string, unknown>) {
  return chunk({ tool_calls: [call] });
}

function whole(name: string, args: string, rest: Record<string, unknown> = {}) {
  return fragment({ ...rest, function: { name, arguments: args } });
}

export const STREAM_CASES: readonly Case[] = [
  {
    id: "S1",
    title: "text comes as the events clients insist on, usage at the end",
    at: "every",
    byDesign: "message_start carries an estimate of the prompt, see S38",
    async run(place) {
      const { message, events } = await place.streams([
        roleChunk(),
        textChunk("He"),
        textChunk("llo"),
        finishChunk("stop"),
        usageChunk({ prompt_tokens: 10, completion_tokens: 2 }),
      ]);
      deepEqual(blocksOf(message), ["text Hello"]);
      const deltas = (words: string[]) =>
        words.filter((word) => word !== "content_block_delta 0 text_delta");
      deepEqual(deltas(wordsOfEvents(events)), [
        "message_start",
        "content_block_start 0 text",
        "content_block_stop 0",
        "message_delta",
        "message_stop",
      ]);
      equal(message.stop_reason, "end_turn");
      equal(message.usage.input_tokens, 10);
      equal(message.usage.output_tokens, 2);
    },
  },
  {
    id: "S2",
    title: "a call's fragments are put together",
    at: "every",
    async run(place) {
      const { message } = await place.streams([
        toolCallChunk({ id: "call_a", name: "Bash" }),
        ...['{"', "com", 'mand"', ":", '"ls"}']
          .map((args) => toolCallChunk({ args })),
        CALLED,
      ]);
      deepEqual(blocksOf(message), ['Bash {"command":"ls"}']);
      equal(message.stop_reason, "tool_use");
    },
  },
  {
    id: "S3",
    title: "text is closed before a call begins",
    at: "every",
    async run(place) {
      const list = [textChunk("Let me see"), ...BASH, CALLED];
      const { message, events } = await place.streams(list);
      deepEqual(blocksOf(message), ["text Let me see", BOTH[0]]);
      const words = wordsOfEvents(events);
      ok(
        words.indexOf("content_block_stop 0") <
          words.indexOf("content_block_start 1 tool_use"),
      );
    },
  },
  {
    id: "S4",
    title: "reasoning, text and a call are three blocks, signed once",
    at: "every",
    async run(place) {
      const { message, events } = await place.streams([
        reasoningChunk("r1"),
        reasoningChunk("r2"),
        textChunk("hi"),
        ...BASH,
        CALLED,
      ], THINKING);
      deepEqual(blocksOf(message), ["thinking r1r2", "text hi", BOTH[0]]);
      const signatures = wordsOfEvents(events)
        .filter((word) => word.includes("signature_delta"));
      deepEqual(signatures, ["content_block_delta 0 signature_delta"]);
    },
  },
  {
    id: "S5",
    title: "two calls are two blocks, one after the other, even interleaved",
    at: "every",
    byDesign:
      "the arguments of the open call are streamed as they come, not collected",
    async run(place) {
      const [b1, b2, b3] = BASH;
      const [r1, r2, r3] = READ;
      for (
        const list of [[...BASH, ...READ], [b1, r1, b2, r2, b3, r3]]
      ) {
        const { message } = await place.streams([...list, CALLED]);
        deepEqual(blocksOf(message), BOTH);
      }
    },
  },
  {
    id: "S6",
    title: "calls without index, all under one, or counted from 1",
    at: "chat",
    async run(place) {
      const bash = '{"command":"ls"}';
      const read = '{"path":"a"}';
      const odd = [
        [whole("Bash", bash, { id: "a" }), whole("Read", read, { id: "b" })],
        [
          whole("Bash", bash, { index: 0, id: "a" }),
          whole("Read", read, { index: 0, id: "b" }),
        ],
        [
          whole("Bash", bash, { index: 1, id: "a" }),
          whole("Read", read, { index: 2, id: "b" }),
        ],
      ];
      for (const list of odd) {
        const { message } = await place.streams([...list, CALLED]);
        deepEqual(blocksOf(message), BOTH);
      }
    },
  },
  {
    id: "S7",
    title: "a name in two pieces, or repeated in each, is read once",
    at: "chat",
    async run(place) {
      const halves = [
        toolCallChunk({ id: "a", name: "Ba" }),
        toolCallChunk({ name: "sh" }),
        toolCallChunk({ args: '{"command":"ls"}' }),
      ];
      const repeated = [
        toolCallChunk({ id: "a", name: "Bash", args: '{"command":' }),
        toolCallChunk({ id: "a", name: "Bash", args: '"ls"}' }),
      ];
      for (const list of [halves, repeated]) {
        const { message } = await place.streams([...list, CALLED]);
        deepEqual(blocksOf(message), [BOTH[0]]);
      }
    },
  },
  {
    id: "S8",
    title: "a whole call may come with the finish reason",
    at: "every",
    async run(place) {
      const { choices } = toolCallChunk({
        id: "a",
        name: "Bash",
        args: '{"command":"ls"}',
      });
      const [choice] = choices ?? [];
      const last = { choices: [{ ...choice, finish_reason: "tool_calls" }] };
      const { message } = await place.streams([last]);
      deepEqual(blocksOf(message), [BOTH[0]]);
    },
  },
  {
    id: "S9",
    title: "a call without arguments has none",
    at: "every",
    async run(place) {
      const start = toolCallChunk({ id: "a", name: "Bash" });
      const { message } = await place.streams([start, CALLED]);
      deepEqual(blocksOf(message), ["Bash {}"]);
    },
  },
  {
    id: "S10",
    title: "usage on every chunk: the last one counts, once",
    at: "every",
    async run(place) {
      const counted = (completion_tokens: number) => ({
        usage: { prompt_tokens: 10, completion_tokens },
      });
      const { message, events } = await place.streams([
        { ...textChunk("a"), ...counted(1) },
        { ...textChunk("b"), ...counted(2) },
        { ...finishChunk("stop"), ...counted(3) },
      ]);
      deepEqual(blocksOf(message), ["text ab"]);
      equal(message.usage.output_tokens, 3);
      const ends = events.filter(({ event }) => event === "message_delta");
      equal(ends.length, 1);
    },
  },
  {
    id: "S11",
    title: "a finish reason on every chunk ends nothing early",
    at: "chat",
    async run(place) {
      const list = ["a", "b", "c"].map((content) => chunk({ content }, "stop"));
      const { message } = await place.streams(list);
      deepEqual(blocksOf(message), ["text abc"]);
    },
  },
  {
    id: "S12",
    title: "usage after the finish is read, with choices or without",
    at: "chat",
    async run(place) {
      for (const extra of [{ choices: [] }, {}]) {
        const trailer = { object: "chat.completion.chunk", ...extra };
        const { message } = await place.streams([
          textChunk("a"),
          finishChunk("stop"),
          { ...trailer, usage: { prompt_tokens: 77, completion_tokens: 5 } },
        ]);
        equal(message.usage.input_tokens, 77);
        equal(message.usage.output_tokens, 5);
      }
    },
  },
];
