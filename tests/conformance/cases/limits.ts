/**
 * Request translation: lengths, sampling, effort, formats, identity.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { Message } from "../../../src/anthropic/message.ts";
import { readMessage } from "../../read_message.ts";
import { postMessages } from "../../support.ts";
import type { Case } from "../case.ts";
import type { Fields, Place } from "../place.ts";
import { wordsOf } from "../wire.ts";

/** OpenAI's own models, by either API. */
const AT_OPENAI = ["openai", "responses"];

/** The effort requested from the upstream. */
async function effort(place: Place, fields: Fields): Promise<unknown> {
  const { reasoning_effort } = await place.sent(fields);
  return reasoning_effort;
}

const SCHEMA = {
  type: "object",
  properties: { title: { type: "string" } },
  required: ["title"],
  additionalProperties: false,
};

const FORMAT = { format: { type: "json_schema", schema: SCHEMA } };

export const LIMIT_CASES: readonly Case[] = [
  {
    id: "R48",
    title: "an answer is asked no longer than the model gives",
    at: AT_OPENAI,
    async run(place) {
      const chat = await place.with("gpt-4o").sent({ max_tokens: 128_000 });
      equal(chat.max_completion_tokens ?? chat.max_tokens, 16_384);
    },
  },
  {
    id: "R49",
    title: "an answer is asked no longer than the window has room for",
    at: AT_OPENAI,
    async run(place) {
      await using proxy = place.with("o4-mini").open();
      const content = "All work and no play makes Jack a dull boy. ".repeat(
        5_000,
      );
      const messages = [{ role: "user", content }];
      const fields = { messages, max_tokens: 100_000, stream: true };
      const response = await postMessages(proxy, fields);
      const [, start = ""] = /"input_tokens":(\d+)/.exec(
        await response.text(),
      ) ?? [];
      const estimate = Number(start);
      ok(estimate > 40_000 && estimate < 100_000, start);
      const { body } = proxy.upstream.exchanges[0] ?? {};
      equal(body?.max_completion_tokens, 128_000 - estimate - 256);
    },
  },
  {
    id: "R50",
    title: "a request for no output is answered here",
    at: "once",
    async run(place) {
      await using proxy = place.open();
      for (const stream of [false, true]) {
        const fields = { max_tokens: 0, stream };
        const response = await postMessages(proxy, fields);
        equal(response.status, 200);
        const { content, stop_reason, usage }: Message = stream
          ? await readMessage(response)
          : await response.json();
        deepEqual(content, []);
        equal(stop_reason, "max_tokens");
        ok(usage.input_tokens > 0);
        equal(usage.output_tokens, 0);
      }
      equal(proxy.upstream.exchanges.length, 0);
    },
  },
  {
    id: "R51",
    title: "temperature is sent only to models that take it",
    at: [...AT_OPENAI, "plain"],
    async run(place) {
      const { temperature } = await place.sent({ temperature: 1 });
      equal(temperature, place.name === "plain" ? 1 : undefined);
    },
  },
  {
    id: "R52",
    title: "an effort the model lacks becomes the nearest it knows",
    at: AT_OPENAI,
    async run(place) {
      const thinking = { type: "adaptive" };
      const fields = { thinking, output_config: { effort: "xhigh" } };
      equal(await effort(place.with("o3"), fields), "high");
    },
  },
  {
    id: "R53",
    title: "a budget of thinking tokens becomes an effort",
    at: AT_OPENAI,
    async run(place) {
      const efforts: [number, string][] = [
        [1_024, "low"],
        [4_000, "medium"],
        [20_000, "high"],
      ];
      for (const [budget_tokens, expected] of efforts) {
        const thinking = { type: "enabled", budget_tokens };
        equal(await effort(place.with("o3"), { thinking }), expected);
      }
    },
  },
  {
    id: "R54",
    title: "thinking is switched off the way each upstream wants it",
    at: [...AT_OPENAI, "deepseek", "vllm"],
    async run(place) {
      const fields = { thinking: { type: "disabled" } };
      const chat = await place.sent(fields);
      switch (place.name) {
        case "openai":
        case "responses":
          equal(chat.reasoning_effort, "none");
          return equal(await effort(place.with("o3"), fields), "low");
        case "deepseek":
          return deepEqual(chat.thinking, { type: "disabled" });
        case "vllm":
          return equal(
            Object(chat.chat_template_kwargs).enable_thinking,
            false,
          );
      }
    },
  },
  {
    id: "R55",
    title: "OpenRouter is asked for effort with an object",
    at: ["openrouter"],
    async run(place) {
      const chat = await place.sent({ output_config: { effort: "max" } });
      match(Object(chat.reasoning).effort, /^(max|xhigh|high)$/);
      equal("reasoning_effort" in chat, false);
    },
  },
  {
    id: "R56",
    title: "a format is asked for as a schema, strict if it is closed",
    at: ({ capabilities }) => capabilities.jsonSchema,
    byDesign:
      "where only a part of JSON Schema is known, a schema loses its closure and is not strict",
    async run(place) {
      const { response_format } = await place.sent({ output_config: FORMAT });
      const { additionalProperties: _, ...open } = SCHEMA;
      const isWhole = place.capabilities.schemas !== "subset";
      deepEqual(response_format, {
        type: "json_schema",
        json_schema: isWhole
          ? { name: "response", schema: SCHEMA, strict: true }
          : { name: "response", schema: open, strict: false },
      });
    },
  },
  {
    id: "R57",
    title: "a format is put in words where schemas are unknown",
    at: ({ capabilities }) => !capabilities.jsonSchema,
    async run(place) {
      const chat = await place.sent({ system: "S", output_config: FORMAT });
      deepEqual(chat.response_format, { type: "json_object" });
      const system = wordsOf(chat.messages[0]);
      match(system, /JSON/);
      ok(system.includes(JSON.stringify(SCHEMA)));
    },
  },
  {
    id: "R58",
    title: "who asks goes up as hashes alone",
    at: AT_OPENAI,
    async run(place) {
      const ids = {
        device_id: "d".repeat(64),
        account_uuid: "",
        session_id: "0dc0ffee-5e55-4e55-8e55-123456789abc",
      };
      const user_id = JSON.stringify(ids);
      const bytes = await place.bytes({ metadata: { user_id } });
      const { safety_identifier, prompt_cache_key } = JSON.parse(bytes);
      match(safety_identifier, /^[0-9a-f]{64}$/);
      match(prompt_cache_key, /^[0-9a-f]{32}$/);
      equal(bytes.includes(ids.device_id), false);
      equal(bytes.includes(ids.session_id), false);
    },
  },
];
