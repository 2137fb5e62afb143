/**
 * Whole answers: stop reasons, tool calls, refusals, thinking.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { json } from "../../../src/demo/replies.ts";
import { user } from "../../builders.ts";
import type { Case } from "../case.ts";
import type { Place } from "../place.ts";
import { blocksOf, call, completion } from "../wire.ts";

const THINKING = { thinking: { type: "adaptive", display: "summarized" } };

/** Input of the tool use translated from a call with these arguments. */
async function inputOf(
  place: Place,
  args: unknown,
  finish = "tool_calls",
): Promise<unknown> {
  const tool_calls = [call("Bash", args)];
  const { content } = await place.reads({ content: null, tool_calls }, {
    finish,
  });
  equal(content.length, 1);
  return Object(content[0]).input;
}

export const ANSWER_CASES: readonly Case[] = [
  {
    id: "N1",
    title: "text, end of turn, and usage with cached tokens apart",
    at: "every",
    async run(place) {
      const message = await place.reads({ content: "hi" }, {
        usage: {
          prompt_tokens: 10,
          completion_tokens: 2,
          prompt_tokens_details: { cached_tokens: 4 },
        },
      });
      deepEqual(blocksOf(message), ["text hi"]);
      equal(message.stop_reason, "end_turn");
      const { usage } = message;
      deepEqual([
        usage.input_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        usage.output_tokens,
      ], [6, 4, 0, 2]);
    },
  },
  {
    id: "N2",
    title: "two calls become two tool uses with ids of their own",
    at: "every",
    async run(place) {
      const tool_calls = [call("Bash", '{"a":1}'), call("Read", '{"b":2}')];
      const answer = { content: null, tool_calls };
      const message = await place.reads(answer, { finish: "tool_calls" });
      deepEqual(blocksOf(message), ['Bash {"a":1}', 'Read {"b":2}']);
      equal(message.stop_reason, "tool_use");
      const [one, two] = message.content.map((block) => Object(block).id);
      match(one, /^toolu_[\w-]+$/);
      match(two, /^toolu_[\w-]+$/);
      notEqual(one, two);
    },
  },
  {
    id: "N3",
    title: "a call is a tool use even where the upstream says stop",
    at: "chat",
    async run(place) {
      const answer = { content: null, tool_calls: [call("Bash")] };
      equal((await place.reads(answer)).stop_reason, "tool_use");
    },
  },
  {
    id: "N4",
    title: "tool_calls without a call is the end of the turn",
    at: "chat",
    async run(place) {
      const message = await place.reads({ content: "hi" }, {
        finish: "tool_calls",
      });
      equal(message.stop_reason, "end_turn");
    },
  },
  {
    id: "N5",
    title: "a refusal is told as text and as one",
    at: "every",
    async run(place) {
      const refusal = "I can't";
      const message = await place.reads({ content: null, refusal });
      deepEqual(blocksOf(message), ["text I can't"]);
      equal(message.stop_reason, "refusal");
      equal(message.stop_details?.type, "refusal");
    },
  },
  {
    id: "N6",
    title: "a filtered answer keeps its text and is a refusal",
    at: "every",
    async run(place) {
      const message = await place.reads({ content: "partly" }, {
        finish: "content_filter",
      });
      deepEqual(blocksOf(message), ["text partly"]);
      equal(message.stop_reason, "refusal");
    },
  },
  {
    id: "N7",
    title: "an answer that got too long says so",
    at: "every",
    async run(place) {
      const message = await place.reads({ content: "cut" }, {
        finish: "length",
      });
      deepEqual(blocksOf(message), ["text cut"]);
      equal(message.stop_reason, "max_tokens");
    },
  },
  {
    id: "N8",
    title: "reasoning comes first, as thinking with a signature",
    at: "every",
    async run(place) {
      const answer = { reasoning_content: "r", content: "hi" };
      const message = await place.reads(answer, THINKING);
      deepEqual(blocksOf(message), ["thinking r", "text hi"]);
      ok(Object(message.content[0]).signature);
    },
  },
  {
    id: "N9",
    title: "who did not ask for thinking gets none",
    at: "every",
    async run(place) {
      const answer = { reasoning_content: "r", content: "hi" };
      deepEqual(blocksOf(await place.reads(answer)), ["text hi"]);
    },
  },
  {
    id: "N10",
    title: "thinking that is not shown still goes back to the upstream",
    at: ["deepseek", "responses"],
    async run(place) {
      const thinking = { type: "adaptive", display: "omitted" };
      const answer = { reasoning_content: "r", content: "hi" };
      const { content } = await place.reads(answer, { thinking });
      deepEqual(blocksOf({ content }), ["thinking ", "text hi"]);
      ok(Object(content[0]).signature);
      const turn = { role: "assistant", content };
      const messages = [user({ type: "text", text: "q" }), turn];
      const chat = await place.sent({
        thinking,
        messages: [...messages, { role: "user", content: "more" }],
      });
      const { reasoning_content, reasoning_details } = Object(chat.messages[1]);
      if (place.api === "chat") return equal(reasoning_content, "r");
      match(reasoning_details[0].encrypted_content, /^gAAAAA/);
    },
  },
  {
    id: "N11",
    title: "empty arguments are no arguments",
    at: "every",
    async run(place) {
      for (const args of ["", "null", "{}"]) {
        deepEqual(await inputOf(place, args), {}, `"${args}"`);
      }
    },
  },
  {
    id: "N12",
    title: "arguments may be an object instead of its text",
    at: "chat",
    async run(place) {
      deepEqual(await inputOf(place, { a: 1 }), { a: 1 });
    },
  },
  {
    id: "N13",
    title: "arguments that were cut off are read as far as they go",
    at: "every",
    async run(place) {
      const answer = { content: null, tool_calls: [call("Bash", '{"a":1')] };
      const message = await place.reads(answer, { finish: "length" });
      deepEqual(blocksOf(message), ['Bash {"a":1}']);
      equal(message.stop_reason, "max_tokens");
    },
  },
  {
    id: "N14",
    title: "arguments in single quotes are mended",
    at: "every",
    async run(place) {
      deepEqual(await inputOf(place, "{'a': 1}"), { a: 1 });
    },
  },
  {
    id: "N15",
    title: "the upstream's ids repeat, the client's do not",
    at: "every",
    async run(place) {
      const tool_calls = [call("Bash", "{}", "call_0")];
      const answer = json(
        completion({ content: null, tool_calls }, "tool_calls"),
      );
      const idOf = async () => {
        const { content } = await place.message(answer);
        return Object(content[0]).id;
      };
      const [one, two] = [await idOf(), await idOf()];
      match(one, /^toolu_/);
      match(two, /^toolu_/);
      notEqual(one, two);
    },
  },
  {
    id: "N16",
    title: "a call in the field of old is a tool use",
    at: "chat",
    async run(place) {
      const function_call = { name: "Bash", arguments: '{"a":1}' };
      const message = await place.reads({ content: null, function_call }, {
        finish: "function_call",
      });
      deepEqual(blocksOf(message), ['Bash {"a":1}']);
      equal(message.stop_reason, "tool_use");
    },
  },
];
