/**
 * Promises about OpenAI's Responses API only: its reasoning, which clients send
 * back.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  finishChunk,
  reasoningChunk,
  reasoningItemChunk,
  textChunk,
  toolCallChunk,
} from "../../../src/demo/chunks.ts";
import type { Exchange } from "../../../src/demo/exchange.ts";
import {
  chunks,
  openaiError,
  refusal,
  type Reply,
} from "../../../src/demo/replies.ts";
import { text, toolResult, user } from "../../builders.ts";
import { postMessages, type Proxy } from "../../support.ts";
import type { Case } from "../case.ts";
import type { Fields, Place } from "../place.ts";
import { blocksOf, inputOf, SAID, tool, typesOf } from "../wire.ts";

const RESPONSES = ["responses"];

/** Tools, and thinking that is shown. */
const WORKING = {
  tools: [tool("Bash"), tool("Read")],
  thinking: { type: "adaptive", display: "summarized" },
};

/** Reasons and calls tools; answers once it has their results. */
function working(...names: string[]): (exchange: Exchange) => Reply {
  const calls = names.map((name, index) =>
    toolCallChunk({ index, id: `call_${index}`, name, args: "{}" })
  );
  return ({ body }) =>
    body.messages.some(({ role }) => role === "tool")
      ? chunks([textChunk("Done."), finishChunk("stop")])
      : chunks([reasoningChunk("Hm"), ...calls, finishChunk("tool_calls")]);
}

/** Asks for a turn; returns its blocks, as the next request sends them back. */
async function turn(proxy: Proxy, fields: Fields = {}): Promise<Fields[]> {
  const response = await postMessages(proxy, { ...WORKING, ...fields });
  const body = await response.text();
  equal(response.status, 200, body);
  return JSON.parse(body).content;
}

/** The messages of a request that answers every call of a turn. */
function answering(content: readonly Fields[]): Fields[] {
  const results = content.filter(({ type }) => type === "tool_use")
    .map(({ id }) => toolResult(String(id), "r"));
  return [user(text("q")), { role: "assistant", content }, user(...results)];
}

/**
 * Asks twice an upstream that refuses some requests; returns what was accepted.
 */
async function learned(
  place: Place,
  { refuses, body, fields }: {
    refuses: (exchange: Exchange) => boolean;
    body: unknown;
    fields: Fields;
  },
): Promise<readonly Exchange[]> {
  await using proxy = place.open((exchange) =>
    refuses(exchange) ? refusal(400, body) : SAID(exchange)
  );
  for (const _ of [1, 2]) {
    const response = await postMessages(proxy, fields);
    equal(response.status, 200, await response.text());
  }
  return proxy.upstream.exchanges;
}

/** A turn of the model with reasoning, as a client has it. */
async function reasonedTurn(place: Place): Promise<Fields[]> {
  await using proxy = place.open(working("Bash"));
  return await turn(proxy);
}

function hasReasoning(exchange: Exchange): boolean {
  return inputOf(exchange).some(({ type }) => type === "reasoning");
}

export const RESPONSES_REASONING_CASES: readonly Case[] = [
  {
    id: "P2",
    title: "reasoning comes back as it was given, right before its call",
    at: RESPONSES,
    shownBy: "tests/e2e/responses_test.ts, over ten turns of Claude Code",
    async run(place) {
      await using proxy = place.open(working("Bash"));
      const content = await turn(proxy);
      await turn(proxy, { messages: answering(content) });
      const [first, second] = proxy.upstream.exchanges;
      const [given] = first?.output ?? [];
      const items = inputOf(second);
      const at = items.findIndex(({ type }) => type === "reasoning");
      ok(given?.encrypted_content);
      deepEqual(items[at], given);
      equal(items[at + 1]?.type, "function_call");
    },
  },
  {
    id: "P3",
    title: "two calls of one thought: reasoning, calls, then their outputs",
    at: RESPONSES,
    async run(place) {
      await using proxy = place.open(working("Bash", "Read"));
      const content = await turn(proxy);
      await turn(proxy, { messages: answering(content) });
      deepEqual(typesOf(inputOf(proxy.upstream.exchanges[1])), [
        "user",
        "reasoning",
        "function_call",
        "function_call",
        "function_call_output",
        "function_call_output",
      ]);
    },
  },
  {
    id: "P4",
    title: "another model does not get this one's reasoning",
    at: RESPONSES,
    async run(place) {
      const environment = { SMALL_MODEL_NAME: "o4-mini" };
      await using proxy = place.open(working("Bash"), { environment });
      const messages = answering(await turn(proxy));
      await turn(proxy, { messages, model: "claude-haiku-5" });
      const [, second] = proxy.upstream.exchanges;
      equal(second?.body.model, "o4-mini");
      deepEqual(typesOf(inputOf(second)), [
        "user",
        "function_call",
        "function_call_output",
      ]);
    },
  },
  {
    id: "P5",
    title: "reasoning without a summary is a signature, where thinking is on",
    at: RESPONSES,
    async run(place) {
      const list = [
        reasoningItemChunk([]),
        textChunk("hi"),
        finishChunk("stop"),
      ];
      const { thinking } = WORKING;
      const { message } = await place.streams(list, { thinking });
      deepEqual(blocksOf(message), ["thinking ", "text hi"]);
      ok(Object(message.content[0]).signature);
      const off = await place.streams(list, { thinking: { type: "disabled" } });
      deepEqual(blocksOf(off.message), ["text hi"]);
    },
  },
  {
    id: "P6",
    title: "thinking that the client has cleared leaves nothing behind",
    at: RESPONSES,
    async run(place) {
      await using proxy = place.open(working("Bash"));
      const content = await turn(proxy);
      const cleared = content.filter(({ type }) => type !== "thinking");
      equal(cleared.length, content.length - 1);
      await turn(proxy, { messages: answering(cleared) });
      const [, second] = proxy.upstream.exchanges;
      equal(/"reasoning"|rs_/.test(JSON.stringify(inputOf(second))), false);
    },
  },
  {
    id: "P12",
    title: "who may not have summaries does without, from then on",
    at: RESPONSES,
    async run(place) {
      const summaryOf = ({ bodyText }: Exchange) =>
        JSON.parse(bodyText).reasoning?.summary;
      const exchanges = await learned(place, {
        refuses: (exchange) => summaryOf(exchange) !== undefined,
        body: openaiError(
          "Your organization must be verified to generate reasoning summaries. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization.",
          { param: "reasoning.summary", code: "unsupported_value" },
        ),
        fields: { thinking: WORKING.thinking },
      });
      deepEqual(exchanges.map(summaryOf), ["auto", undefined, undefined]);
    },
  },
  {
    id: "P13",
    title: "reasoning that is refused for its place is left out, once",
    at: RESPONSES,
    async run(place) {
      const messages = answering(await reasonedTurn(place));
      const exchanges = await learned(place, {
        refuses: hasReasoning,
        body: openaiError(
          "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
          { param: "input" },
        ),
        fields: { ...WORKING, messages },
      });
      deepEqual(exchanges.slice(0, 2).map(hasReasoning), [true, false]);
    },
  },
  {
    id: "P14",
    title: "reasoning of another organization is left out, once",
    at: RESPONSES,
    async run(place) {
      const messages = answering(await reasonedTurn(place));
      await using proxy = place.open(working("Bash"), {
        organization: "another",
      });
      const content = await turn(proxy, { messages });
      deepEqual(content, [{ ...text("Done."), citations: null }]);
      deepEqual(proxy.upstream.exchanges.map(hasReasoning), [false]);
    },
  },
];
