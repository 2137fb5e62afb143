/**
 * Streamed answers: what belongs to which block, and what to none.
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
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../../../src/demo/chunks.ts";
import type { Case } from "../case.ts";
import { blocksOf, USAGE } from "../wire.ts";

const THINKING = { thinking: { type: "adaptive", display: "summarized" } };

const BASH = [
  toolCallChunk({ index: 0, id: "call_a", name: "Bash" }),
  toolCallChunk({ index: 0, args: '{"command":"ls"}' }),
];
const READ = [
  toolCallChunk({ index: 1, id: "call_b", name: "Read" }),
  toolCallChunk({ index: 1, args: '{"path":"a"}' }),
];
const BASH_SAID = 'Bash {"command":"ls"}';
const CALLED = finishChunk("tool_calls");

export const STREAM_BLOCK_CASES: readonly Case[] = [
  {
    id: "S24",
    title: "text after a call is a block of its own",
    at: "every",
    async run(place) {
      const list = [...BASH, textChunk("done"), CALLED];
      const { message } = await place.streams(list);
      deepEqual(blocksOf(message), [BASH_SAID, "text done"]);
      equal(message.stop_reason, "tool_use");
    },
  },
  {
    id: "S25",
    title: "reasoning after text is a second block with its own signature",
    at: "every",
    async run(place) {
      const { message } = await place.streams([
        reasoningChunk("r1"),
        textChunk("a"),
        reasoningChunk("r2"),
        textChunk("b"),
        finishChunk("stop"),
      ], THINKING);
      deepEqual(blocksOf(message), [
        "thinking r1",
        "text a",
        "thinking r2",
        "text b",
      ]);
      for (const n of [0, 2]) ok(Object(message.content[n]).signature);
    },
  },
  {
    id: "S28",
    title: "deltas that say nothing give nothing",
    at: "every",
    async run(place) {
      const nothing = [{}, { content: null }, { content: "" }, {
        tool_calls: null,
      }, { tool_calls: [] }].map((delta) => chunk(delta));
      const list = [
        ...nothing,
        { choices: [{ index: 0, finish_reason: null }] },
        textChunk("a"),
        ...nothing,
        finishChunk("stop"),
        usageChunk(USAGE),
      ];
      const { message, events } = await place.streams(list);
      deepEqual(blocksOf(message), ["text a"]);
      equal(events.length, 6);
    },
  },
  {
    id: "S39",
    title: "of parallel calls that were not wanted the first alone is told",
    at: "every",
    async run(place) {
      const tool_choice = { type: "auto", disable_parallel_tool_use: true };
      const tools = [{ name: "Bash", input_schema: { type: "object" } }];
      const list = [...BASH, ...READ, CALLED];
      const { message } = await place.streams(list, { tools, tool_choice });
      deepEqual(blocksOf(message), [BASH_SAID]);
    },
  },
  {
    id: "S26",
    title: "thinking tags cut anywhere are still tags",
    at: ({ capabilities }) => capabilities.thinkTag !== null,
    async run(place) {
      const tag = place.capabilities.thinkTag ?? "";
      const rest = `${tag.slice(2)}>`;
      const list = [`<${tag.slice(0, 2)}`, `${rest}a`, `b</${tag[0]}`]
        .concat(tag.slice(1), ">", "c").map(textChunk);
      const { message } = await place.streams([...list, finishChunk("stop")], {
        thinking: { type: "adaptive" },
      });
      deepEqual(blocksOf(message), ["thinking ab", "text c"]);
    },
  },
  {
    id: "S27",
    title: "a refusal that is streamed is text and a refusal",
    at: "every",
    async run(place) {
      const { message } = await place.streams([
        chunk({ refusal: "I " }),
        chunk({ refusal: "can't" }),
        finishChunk("stop"),
      ]);
      deepEqual(blocksOf(message), ["text I can't"]);
      equal(message.stop_reason, "refusal");
    },
  },
  {
    id: "S33",
    title: "reasoning that xAI sends twice in a row is told once",
    at: ["xai"],
    async run(place) {
      const { message } = await place.streams([
        reasoningChunk("think "),
        reasoningChunk("think "),
        reasoningChunk("more"),
        textChunk("a"),
        finishChunk("stop"),
      ], { thinking: { type: "adaptive" } });
      deepEqual(blocksOf(message), ["thinking think more", "text a"]);
    },
  },
  {
    id: "S37",
    title: "padding, probabilities and unknown keys are ignored",
    at: "every",
    async run(place) {
      const extra = { obfuscation: "xyz", system_fingerprint: "fp", new: [1] };
      const { message } = await place.streams([
        { ...textChunk("a"), ...extra },
        { choices: [{ delta: { content: "b", new: 1 }, logprobs: {} }] },
        { ...finishChunk("stop"), ...extra },
      ]);
      deepEqual(blocksOf(message), ["text ab"]);
    },
  },
];
