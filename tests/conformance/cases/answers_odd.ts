/**
 * Whole answers: empty and failed ones, usage, makers' peculiarities.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { json, openaiError } from "../../../src/demo/replies.ts";
import { toolResult, user } from "../../builders.ts";
import type { Case } from "../case.ts";
import type { Fields, Place } from "../place.ts";
import { blocksOf, call, completion } from "../wire.ts";

const THINKING = { thinking: { type: "adaptive" } };

/** What the upstream is sent when a client replays its answer. */
async function replayed(place: Place, content: unknown, ...results: Fields[]) {
  const next = results.length > 0 ? results : [{ type: "text", text: "more" }];
  const chat = await place.sent({
    ...THINKING,
    messages: [
      { role: "user", content: "q" },
      { role: "assistant", content },
      user(...next),
    ],
  });
  return Object(chat.messages.find(({ role }) => role === "assistant"));
}

export const ODD_ANSWER_CASES: readonly Case[] = [
  {
    id: "N17",
    title: "an answer without choices is the upstream's failure",
    at: "every",
    async run(place) {
      for (const choices of [[], undefined]) {
        const answer = json({ ...completion({}), choices });
        const { status, error, headers } = await place.refuses(answer);
        ok(status >= 500, `${status}`);
        equal(error.type, "api_error");
        equal(headers.get("x-should-retry"), null);
      }
    },
  },
  {
    id: "N18",
    title: "an error inside a 200 is an error",
    at: "every",
    async run(place) {
      const failed = openaiError("slow down", { code: "rate_limit_exceeded" });
      const { status, error } = await place.refuses(json(failed));
      equal(status, 429);
      equal(error.type, "rate_limit_error");
    },
  },
  {
    id: "N19",
    title: "text and calls in two choices are one message",
    at: "chat",
    async run(place) {
      const first = completion({ content: "text" });
      const second = { content: null, tool_calls: [call("Bash")] };
      const choices = [first, completion(second, "tool_calls")]
        .flatMap((whole) => whole.choices);
      const message = await place.message(json({ ...first, choices }));
      deepEqual(blocksOf(message), ["text text", "Bash {}"]);
      equal(message.stop_reason, "tool_use");
    },
  },
  {
    id: "N20",
    title: "usage that is not told is estimated, never nothing",
    at: "every",
    async run(place) {
      const { usage } = await place.reads({ content: "hi" }, { usage: null });
      ok(usage.input_tokens > 0);
      ok(usage.output_tokens > 0);
    },
  },
  {
    id: "N21",
    title: "xAI's counts: reasoning is added, cached is never subtracted twice",
    at: ["xai"],
    async run(place) {
      const { usage } = await place.reads({ content: "hi" }, {
        usage: {
          prompt_tokens: 100,
          completion_tokens: 20,
          prompt_tokens_details: { cached_tokens: 150 },
          completion_tokens_details: { reasoning_tokens: 300 },
        },
      });
      deepEqual([
        usage.input_tokens,
        usage.cache_read_input_tokens,
        usage.output_tokens,
        usage.output_tokens_details.thinking_tokens,
      ], [100, 150, 320, 300]);
    },
  },
  {
    id: "N22",
    title: "DeepSeek's hits and misses are cache reads and input",
    at: ["deepseek"],
    async run(place) {
      const { usage } = await place.reads({ content: "hi" }, {
        usage: {
          prompt_tokens: 100,
          completion_tokens: 2,
          prompt_cache_hit_tokens: 90,
          prompt_cache_miss_tokens: 10,
        },
      });
      equal(usage.input_tokens, 10);
      equal(usage.cache_read_input_tokens, 90);
    },
  },
  {
    id: "N23",
    title: "content may come in parts, Mistral's thinking among them",
    at: "every",
    async run(place) {
      const text = [{ type: "text", text: "a" }, { type: "text", text: "b" }];
      deepEqual(blocksOf(await place.reads({ content: text })), ["text ab"]);
      if (place.name !== "mistral") return;
      const thinking = [{ type: "text", text: "r" }];
      const content = [{ type: "thinking", thinking }, ...text];
      const message = await place.reads({ content }, THINKING);
      deepEqual(blocksOf(message), ["thinking r", "text ab"]);
    },
  },
  {
    id: "N24",
    title: "thinking in tags is thinking where models write it so",
    at: ({ capabilities }) => capabilities.thinkTag !== null,
    async run(place) {
      const tag = place.capabilities.thinkTag;
      const content = `<${tag}>a</${tag}>b`;
      const message = await place.reads({ content }, THINKING);
      deepEqual(blocksOf(message), ["thinking a", "text b"]);
    },
  },
  {
    id: "N25",
    title: "reasoning that nobody can read goes back as it came",
    at: ["openrouter"],
    async run(place) {
      const reasoning_details = [{
        type: "reasoning.encrypted",
        data: "b64",
        format: "openai-responses-v1",
        id: "rs_1",
        index: 0,
      }];
      const answer = { reasoning_details, content: "hi" };
      const { content } = await place.reads(answer, THINKING);
      deepEqual(blocksOf({ content }), ["thinking ", "text hi"]);
      const turn = await replayed(place, content);
      deepEqual(turn.reasoning_details, reasoning_details);
    },
  },
  {
    id: "N26",
    title: "Gemini's signature goes back on the call or text it came with",
    at: ["gemini"],
    async run(place) {
      const extra_content = { google: { thought_signature: "sig" } };
      const tool_calls = [
        { ...call("Bash"), extra_content },
        call("Read"),
      ];
      const answer = { content: null, tool_calls };
      const { content } = await place.reads(answer, {
        ...THINKING,
        finish: "tool_calls",
      });
      const results = content.map((block) => Object(block))
        .filter(({ type }) => type === "tool_use")
        .map(({ id }) => toolResult(id, "r"));
      equal(results.length, 2);
      const turn = await replayed(place, content, ...results);
      deepEqual(turn.tool_calls[0].extra_content, extra_content);
      equal(turn.tool_calls[1].extra_content, undefined);
      equal(turn.extra_content, undefined);

      const said = await place.reads(
        { content: "hi", extra_content },
        THINKING,
      );
      deepEqual(blocksOf(said), ["text hi", "thinking "]);
      const back = await replayed(place, said.content);
      deepEqual(back.extra_content, extra_content);
    },
  },
  {
    id: "N28",
    title: "the model is the one that was asked for",
    at: "every",
    async run(place) {
      const message = await place.reads({ content: "hi" });
      equal(message.model, "claude-sonnet-5");
    },
  },
  {
    id: "N29",
    title: "an empty answer is an error, not an empty turn",
    at: "every",
    async run(place) {
      const usage = { prompt_tokens: 10, completion_tokens: 0 };
      const answer = json(completion({ content: "" }, "stop", usage));
      const { status, error } = await place.refuses(answer);
      ok(status >= 500, `${status}`);
      equal(error.type, "api_error");
    },
  },
  {
    id: "N30",
    title: "a stop sequence ends the answer, and nothing of it is seen",
    at: "every",
    async run(place) {
      const stop_sequences = ["END"];
      const message = await place.reads({ content: "abENDcd" }, {
        stop_sequences,
      });
      deepEqual(blocksOf(message), ["text ab"]);
      equal(message.stop_reason, "stop_sequence");
      equal(message.stop_sequence, "END");
    },
  },
];
