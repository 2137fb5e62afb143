/**
 * Streamed answers: how they end, fail and are cut.
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
  roleChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../../../src/demo/chunks.ts";
import { chunks, json } from "../../../src/demo/replies.ts";
import type { SentEvent } from "../../support.ts";
import type { Case } from "../case.ts";
import { blocksOf, call, completion, USAGE, wordsOfEvents } from "../wire.ts";

/** Asserts that an error of a type comes last, and no end of a message. */
function failed(events: readonly SentEvent[], type: string): void {
  const last = events.at(-1);
  equal(last?.event, "error", wordsOfEvents(events).join("\n"));
  equal(Object(last.data.error).type, type);
  equal(events.some(({ event }) => event === "message_stop"), false);
}

/** A mid-stream failure as OpenRouter reports it. */
const FAILED = {
  id: "gen-1",
  error: { code: 429, message: "Provider is rate limited" },
  choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
};

export const STREAM_END_CASES: readonly Case[] = [
  {
    id: "S13",
    title: "an end without [DONE] after the finish reason is an end",
    at: "chat",
    async run(place) {
      const list = [textChunk("a"), finishChunk("stop")];
      const { message } = await place.streams(chunks(list, { done: false }));
      equal(message.stop_reason, "end_turn");
    },
  },
  {
    id: "S14",
    title: "an end without a finish reason is an error",
    at: "every",
    byDesign: "there is no lax mode; [DONE] alone counts as an end",
    async run(place) {
      for (const end of ["close", "cut"] as const) {
        const reply = chunks([textChunk("a")], { done: false, end });
        failed(await place.events(reply), "api_error");
      }
    },
  },
  {
    id: "S15",
    title: "an end before any chunk is a 502",
    at: "every",
    async run(place) {
      const reply = chunks([], { done: false });
      const { status, error } = await place.refuses(reply, { stream: true });
      equal(status, 502);
      equal(error.type, "api_error");
    },
  },
  {
    id: "S18",
    title: "an error in mid-stream is an error of its kind, and the end",
    at: "every",
    async run(place) {
      const events = await place.events([textChunk("a"), FAILED]);
      failed(events, "rate_limit_error");
    },
  },
  {
    id: "S19",
    title: "an error in the first chunk is the status line",
    at: "every",
    async run(place) {
      const { status, error, headers } = await place.refuses(
        chunks([FAILED]),
        { stream: true },
      );
      equal(status, 429);
      equal(error.type, "rate_limit_error");
      equal(headers.get("content-type")?.includes("json"), true);
    },
  },
  {
    id: "S22",
    title:
      "a stop sequence over three chunks is not seen, the upstream is let go",
    at: "every",
    async run(place) {
      await using proxy = place.open(
        chunks(["ab", "E", "N", "D", "cd"].map(textChunk), { end: "hang" }),
      );
      const response = await fetch(`${proxy.url}/v1/messages`, {
        method: "POST",
        body: JSON.stringify({
          model: "claude-sonnet-5",
          max_tokens: 9,
          messages: [{ role: "user", content: "q" }],
          stream: true,
          stop_sequences: ["END"],
        }),
      });
      const text = await response.text();
      const said = [...text.matchAll(/"text_delta","text":"(\w*)"/g)];
      equal(said.map(([, piece]) => piece).join(""), "ab");
      ok(text.includes('"stop_reason":"stop_sequence"'), text);
      ok(text.includes('"stop_sequence":"END"'), text);
      equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
    },
  },
  {
    id: "S23",
    title: "what only began like a stop sequence is told",
    at: "every",
    async run(place) {
      const list = ["E", "N", "X"].map(textChunk);
      const { message } = await place.streams([...list, finishChunk("stop")], {
        stop_sequences: ["END"],
      });
      deepEqual(blocksOf(message), ["text ENX"]);
      equal(message.stop_reason, "end_turn");
    },
  },
  {
    id: "S29",
    title: "a whole answer to a request for a stream is streamed",
    at: "every",
    async run(place) {
      const answer = { content: "hi", tool_calls: [call("Bash", '{"a":1}')] };
      const { message } = await place.streams(
        json(completion(answer, "tool_calls")),
      );
      deepEqual(blocksOf(message), ["text hi", 'Bash {"a":1}']);
      const nonsense = json(false);
      equal((await place.refuses(nonsense, { stream: true })).status, 502);
    },
  },
  {
    id: "S30",
    title: "Azure's first chunk without choices is no end",
    at: "chat",
    async run(place) {
      const first = { choices: [], prompt_filter_results: [{}] };
      const list = [first, roleChunk(), textChunk("a"), finishChunk("stop")];
      const { message } = await place.streams(list);
      deepEqual(blocksOf(message), ["text a"]);
    },
  },
  {
    id: "S31",
    title: "arguments that are no JSON reach the client, which says so",
    at: "every",
    shownBy:
      "tests/e2e/tools_test.ts, for what Claude Code does with a failed call",
    async run(place) {
      const events = await place.events([
        toolCallChunk({ id: "a", name: "Bash", args: "{a:1" }),
        toolCallChunk({ args: "}" }),
        finishChunk("tool_calls"),
      ]);
      equal(events.at(-1)?.event, "message_stop");
      const told = events
        .map(({ data }) => Object(data.delta).partial_json ?? "").join("");
      ok(/^\{"?a"?:\s?1\}$/.test(told) || told.includes("__unparsed"), told);
    },
  },
  {
    id: "S32",
    title: "an answer that got too long in a call says so",
    at: "every",
    async run(place) {
      const events = await place.events([
        toolCallChunk({ id: "a", name: "Bash", args: '{"command":"l' }),
        finishChunk("length"),
      ]);
      const end = events.find(({ event }) => event === "message_delta");
      equal(Object(end?.data.delta).stop_reason, "max_tokens");
      const words = wordsOfEvents(events);
      deepEqual(
        words.filter((word) => !word.startsWith("content_block_delta")),
        [
          "message_start",
          "content_block_start 0 tool_use",
          "content_block_stop 0",
          "message_delta",
          "message_stop",
        ],
      );
      const told = events
        .map(({ data }) => Object(data.delta).partial_json ?? "").join("");
      match(told, /^\{"command":\s*"l/);
    },
  },
  {
    id: "S36",
    title: "edits of the context are reported at a stream's end",
    at: "once",
    async run(place) {
      const { message, events } = await place.streams(
        [textChunk("a"), finishChunk("stop")],
        { context_management: { edits: [] } },
      );
      equal(message.stop_reason, "end_turn");
      const end = events.find(({ event }) => event === "message_delta");
      deepEqual(end?.data.context_management, { applied_edits: [] });
    },
  },
  {
    id: "S38",
    title: "the context meter ends at the upstream's counts",
    at: "every",
    byDesign:
      "message_start carries an estimate instead of zeros: Claude Code's meter shows it while the answer runs",
    async run(place) {
      const { message, events } = await place.streams([
        textChunk("a"),
        finishChunk("stop"),
        usageChunk({
          prompt_tokens: 1_000,
          completion_tokens: 20,
          prompt_tokens_details: { cached_tokens: 1_000 },
        }),
      ]);
      const { usage } = message;
      const start = Object(events[0]?.data.message).usage;
      ok(start.input_tokens > 0);
      equal(start.cache_read_input_tokens, 0);
      const meter = usage.input_tokens + usage.cache_read_input_tokens +
        usage.cache_creation_input_tokens + usage.output_tokens;
      equal(meter, 1_020);
      ok(usage.input_tokens > 0, "or Claude Code would keep the estimate");
    },
  },
  {
    id: "S40",
    title: "a stream with nothing in it is an error",
    at: "every",
    byDesign: "a 502: it is the upstream that failed, see N29",
    async run(place) {
      const usage = { ...USAGE, completion_tokens: 0 };
      const list = [roleChunk(), finishChunk("stop"), usageChunk(usage)];
      const reply = chunks(list);
      const { status, error } = await place.refuses(reply, { stream: true });
      ok(status >= 500, `${status}`);
      equal(error.type, "api_error");
    },
  },
];
