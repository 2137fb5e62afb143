/**
 * Whole conversations in the Responses API: whatever the model says in whatever
 * order, what is sent back is accepted.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import {
  finishChunk,
  phaseChunk,
  reasoningChunk,
  reasoningItemChunk,
  searchChunk,
  textChunk,
  toolCallChunk,
} from "../src/demo/chunks.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import { chunks } from "../src/demo/replies.ts";
import { openai } from "../src/dialects/openai.ts";
import { text, toolResult, user } from "./builders.ts";
import { readMessage } from "./read_message.ts";
import { postMessages, startProxy } from "./support.ts";

const TURNS = 3;

type Item = Record<string, unknown> & { type: string };

/** Something the model does; `n` distinguishes calls of one answer. */
const act = fc.constantFrom(
  "think",
  "think in summaries",
  "think in silence",
  "speak",
  "comment",
  "call",
  "search",
);

/** What is streamed for it. */
function toChunk(act: string, n: number): unknown {
  switch (act) {
    case "think":
      return reasoningChunk(`thought ${n}`);
    case "think in summaries":
      return reasoningItemChunk(["one", "two"]);
    case "think in silence":
      return reasoningItemChunk([]);
    case "speak":
      return textChunk(`word ${n} `);
    case "comment":
      return phaseChunk("commentary", `note ${n} `);
    case "call": {
      const args = `{"n":${n}}`;
      return toolCallChunk({ index: n, id: `call_${n}`, name: "Bash", args });
    }
    default:
      return searchChunk({ query: "q", sources: ["https://example.com/"] });
  }
}

/** What a client says next: an answer to every call, or more. */
function replyTo(content: readonly { type: string; id?: string }[]) {
  const calls = content.filter(({ type }) => type === "tool_use");
  return calls.length > 0
    ? user(...calls.map(({ id = "" }) => toolResult(id, "r")))
    : user(text("more"));
}

function inputOf({ bodyText }: Exchange): Item[] {
  return JSON.parse(bodyText).input;
}

/** Reasoning that was followed by an item, which is sent back. */
function thoughtsBehind(items: readonly Item[]): Item[] {
  return items.filter(({ type }, index) => {
    const next = items.slice(index).find(({ type }) => type !== "reasoning");
    return type === "reasoning" && next !== undefined &&
      next.type !== "web_search_call";
  });
}

Deno.test("a conversation of any kind is taken back, with all the reasoning that has come to something", async () => {
  let acts: readonly string[] = [];
  await using proxy = startProxy({
    dialect: openai,
    environment: {
      UPSTREAM_API: "responses",
      BIG_MODEL_NAME: "gpt-5.6-sol",
    },
    script: () => chunks([...acts.map(toChunk), finishChunk("stop")]),
  });
  const answers = fc.array(
    // Something must be said, otherwise the answer would be an error.
    fc.array(act, { maxLength: 7 }).map((some) => [...some, "speak"]),
    { minLength: TURNS, maxLength: TURNS },
  );
  const endings = fc.array(act, { maxLength: 2 });
  const check = fc.asyncProperty(answers, endings, async (list, ending) => {
    const messages = [user(text("q"))];
    const given: Item[] = [];
    for (const some of list) {
      acts = [...some, ...ending];
      const response = await postMessages(proxy, {
        stream: true,
        thinking: { type: "adaptive" },
        tools: [{ name: "Bash", input_schema: { type: "object" } }],
        messages,
      });
      const { content } = await readMessage(response);
      const exchange = proxy.upstream.exchanges.at(-1);
      if (!exchange) throw new Error("The upstream was not asked");
      const sent = inputOf(exchange).filter(({ type }) => type === "reasoning");
      deepEqual(sent, given);
      given.push(...thoughtsBehind([...exchange.output]));
      messages.push({ role: "assistant", content });
      messages.push(replyTo(content.map((block) => Object(block))));
    }
  });
  await fc.assert(check, { numRuns: 40 });
  const learned = proxy.logged.filter((line) => line.includes("learned"));
  equal(learned.join("\n"), "");
});
