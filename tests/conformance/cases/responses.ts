/**
 * Promises about OpenAI's Responses API only.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  finishChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../../../src/demo/chunks.ts";
import { chunks } from "../../../src/demo/replies.ts";
import {
  assistant,
  image,
  text,
  toolResult,
  toolUse,
  user,
} from "../../builders.ts";
import type { Case } from "../case.ts";
import type { Fields } from "../place.ts";
import { blocksOf, inputOf, tool, typesOf, wordsOfEvents } from "../wire.ts";

const RESPONSES = ["responses"];

export const RESPONSES_CASES: readonly Case[] = [
  {
    id: "P1",
    title: "functions say that they are not strict",
    at: RESPONSES,
    async run(place) {
      const bytes = await place.bytes({ tools: [tool("Bash"), tool("Read")] });
      const { tools } = JSON.parse(bytes);
      deepEqual(tools.map(({ strict }: Fields) => strict), [false, false]);
    },
  },
  {
    id: "P7",
    title: "an image of a result stays in it",
    at: RESPONSES,
    async run(place) {
      const messages = [
        user(text("q")),
        assistant(toolUse("toolu_1", "Read")),
        user(toolResult("toolu_1", [text("read"), image()])),
      ];
      const items = inputOf(await place.asked({ messages }));
      deepEqual(typesOf(items), [
        "user",
        "function_call",
        "function_call_output",
      ]);
      const parts = Object(items.at(-1)).output;
      equal(parts.length, 2);
      match(JSON.stringify(parts[0]), /"input_text".*read/);
      equal(parts[1].image_url, "data:image/png;base64,aGk=");
    },
  },
  {
    id: "P8",
    title: "a call that got too long is told as far as it goes",
    at: RESPONSES,
    async run(place) {
      const cut = chunks([
        toolCallChunk({ id: "a", name: "Bash", args: '{"a":1' }),
        finishChunk("length"),
      ]);
      const message = await place.message(cut);
      deepEqual(blocksOf(message), ['Bash {"a":1}']);
      equal(message.stop_reason, "max_tokens");
      const events = await place.events(cut);
      const words = wordsOfEvents(events);
      ok(words.includes("content_block_stop 0"));
      const end = events.find(({ event }) => event === "message_delta");
      equal(Object(end?.data.delta).stop_reason, "max_tokens");
    },
  },
  {
    id: "P9",
    title: "a response that failed before any output is the status line",
    at: RESPONSES,
    async run(place) {
      const failures: [code: string, status: number, type: string][] = [
        ["rate_limit_exceeded", 429, "rate_limit_error"],
        ["server_error", 500, "api_error"],
        ["server_is_overloaded", 529, "overloaded_error"],
        ["invalid_prompt", 400, "invalid_request_error"],
        ["image_content_policy_violation", 400, "invalid_request_error"],
        ["context_length_exceeded", 400, "invalid_request_error"],
      ];
      for (const [code, status, type] of failures) {
        const failed = place.failure({ code, message: "It failed" });
        const told = await place.refuses(failed, { stream: true });
        equal(told.error.type, type, code);
        equal(told.status, status, code);
        if (code !== "context_length_exceeded") continue;
        match(told.error.message, /^prompt is too long/);
      }
    },
  },
  {
    id: "P10",
    title: "a flat error in mid-stream is an error of its kind",
    at: RESPONSES,
    async run(place) {
      const error = { code: "rate_limit_exceeded", message: "slow down" };
      const events = await place.events([textChunk("a"), { error }]);
      equal(Object(events.at(-1)?.data.error).type, "rate_limit_error");
      equal(wordsOfEvents(events).includes("message_stop"), false);
    },
  },
  {
    id: "P11",
    title: "no answer is asked shorter than the API takes",
    at: RESPONSES,
    async run(place) {
      const bytes = await place.bytes({ max_tokens: 5 });
      equal(JSON.parse(bytes).max_output_tokens, 16);
    },
  },
  {
    id: "P15",
    title: "cached tokens and thinking are told apart in the usage",
    at: RESPONSES,
    async run(place) {
      const { message: { usage } } = await place.streams([
        textChunk("a"),
        finishChunk("stop"),
        usageChunk({
          prompt_tokens: 100,
          completion_tokens: 30,
          prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
          completion_tokens_details: { reasoning_tokens: 20 },
        }),
      ]);
      deepEqual([
        usage.input_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        usage.output_tokens,
        usage.output_tokens_details.thinking_tokens,
      ], [30, 60, 10, 30, 20]);
    },
  },
  {
    id: "P16",
    title: "what the model said goes back as what it said",
    at: RESPONSES,
    async run(place) {
      const messages = [
        user(text("q")),
        assistant(text("a")),
        user(text("more")),
      ];
      const items = inputOf(await place.asked({ messages }));
      deepEqual(typesOf(items), ["user", "assistant", "user"]);
      const { content } = Object(items[1]);
      if (typeof content === "string") return equal(content, "a");
      deepEqual(
        content.map(({ type, text }: Fields) => [type, text]),
        [["output_text", "a"]],
      );
    },
  },
];
