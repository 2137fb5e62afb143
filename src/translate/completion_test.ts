import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  answerContext,
  assistant,
  targetAt,
  text,
  toChat,
  toMessage,
  user,
} from "../../tests/builders.ts";
import type { Message } from "../anthropic/message.ts";
import { deepseek } from "../dialects/deepseek.ts";
import { ChatCompletion } from "../openai/chat.ts";
import type { AnswerContext } from "./answer_context.ts";
import { decodeSignature } from "./signature.ts";
import { assemble } from "./assemble.ts";

/** Translates a completion with one choice. */
function answer(
  message: Record<string, unknown>,
  finish_reason: string | null = "stop",
  given: Partial<AnswerContext> = {},
): Message {
  const choices = [{ index: 0, message, finish_reason }];
  return whole({ choices }, given);
}

function whole(
  completion: Record<string, unknown>,
  given: Partial<AnswerContext> = {},
): Message {
  return toMessage(ChatCompletion.parse(completion), answerContext(given));
}

const call = (id: string | undefined, name: string, args: unknown = "{}") => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const texts = ({ content }: Message) =>
  content.map((block) => block.type === "text" ? block.text : block.type);
const uses = ({ content }: Message) =>
  content.flatMap((block) =>
    block.type === "tool_use" ? [[block.name, block.input]] : []
  );

Deno.test("a whole completion gives a whole message (N1, N28)", () => {
  const message = whole({
    id: "chatcmpl-1",
    model: "gpt-5-2025-08-07",
    choices: [{
      message: { role: "assistant", content: "hi" },
      finish_reason: "stop",
    }],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 4 },
    },
  });
  deepEqual(message, {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-5",
    content: [{ type: "text", text: "hi", citations: null }],
    stop_reason: "end_turn",
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      input_tokens: 6,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 4,
      cache_creation: {
        ephemeral_5m_input_tokens: 0,
        ephemeral_1h_input_tokens: 0,
      },
      output_tokens: 2,
      output_tokens_details: { thinking_tokens: 0 },
      server_tool_use: null,
      service_tier: "standard",
      inference_geo: null,
      speed: "standard",
    },
  });
});

Deno.test("a whole completion gives calls in order, under ids of its own (N2, N15)", () => {
  const tool_calls = [call("call_0", "A", '{"a":1}'), call("call_1", "B")];
  const message = answer({ content: null, tool_calls }, "tool_calls");
  const use = { type: "tool_use", caller: { type: "direct" } };
  deepEqual(message.content, [
    { ...use, id: "toolu_1", name: "A", input: { a: 1 } },
    { ...use, id: "toolu_2", name: "B", input: {} },
  ]);
  equal(message.stop_reason, "tool_use");
});

const FINISHES: [string, Record<string, unknown>, string, string][] = [
  [
    "stop with a call (N3)",
    { tool_calls: [call("c", "A")] },
    "stop",
    "tool_use",
  ],
  [
    "tool_calls without one (N4)",
    { content: "a", tool_calls: [] },
    "tool_calls",
    "end_turn",
  ],
  ["content_filter (N6)", { content: "a" }, "content_filter", "refusal"],
  ["length (N7)", { content: "a" }, "length", "max_tokens"],
  [
    "a legacy call (N16)",
    { function_call: { name: "A", arguments: "{}" } },
    "function_call",
    "tool_use",
  ],
];

for (const [finish, message, finishReason, expected] of FINISHES) {
  Deno.test(`a whole completion gives ${expected} for ${finish}`, () => {
    equal(answer(message, finishReason).stop_reason, expected);
  });
}

Deno.test("a whole completion keeps what was said before a filter cut in (N6)", () => {
  deepEqual(texts(answer({ content: "a" }, "content_filter")), ["a"]);
});

Deno.test("a whole completion tells a refusal as text and in details (N5)", () => {
  const message = answer({ content: null, refusal: "I can't" });
  deepEqual(texts(message), ["I can't"]);
  equal(message.stop_reason, "refusal");
  deepEqual(message.stop_details, {
    type: "refusal",
    category: null,
    explanation: "I can't",
  });
});

Deno.test("a whole completion puts thinking first, signed (N8)", () => {
  const said = { content: "a", reasoning_content: "r" };
  const [first, second] = answer(said, "stop", { thinking: "shown" }).content;
  ok(first?.type === "thinking");
  equal(first.thinking, "r");
  notEqual(first.signature, "");
  equal(second?.type, "text");
});

Deno.test("a whole completion gives no thinking to those who did not ask (N9)", () => {
  for (const field of ["reasoning_content", "reasoning"]) {
    deepEqual(texts(answer({ content: "a", [field]: "r" })), ["a"]);
  }
});

Deno.test("a whole completion hides omitted thinking where the next turn finds it (N10)", () => {
  const target = targetAt(deepseek, "deepseek-v4-pro");
  const origin = { dialect: "deepseek", model: "deepseek-v4-pro" };
  const said = { content: "a", reasoning_content: "r" };
  const { content } = answer(said, "stop", { thinking: "omitted", origin });
  const [first] = content;
  ok(first?.type === "thinking");
  equal(first.thinking, "");
  equal(decodeSignature(first.signature)?.text, "r");
  const messages = [user(text("q")), assistant(...content), user(text("go"))];
  deepEqual(toChat({ messages }, target).messages[1], {
    role: "assistant",
    content: "a",
    reasoning_content: "r",
  });
  const elsewhere = targetAt(deepseek, "deepseek-v4-flash");
  deepEqual(toChat({ messages }, elsewhere).messages[1], {
    role: "assistant",
    content: "a",
    reasoning_content: "",
  });
});

const INPUTS: [string, unknown, Record<string, unknown>][] = [
  ["no arguments (N11)", "", {}],
  ["null as text (N11)", "null", {}],
  ["null (N11)", null, {}],
  ["an empty object (N11)", "{}", {}],
  ["an object instead of text (N12)", { a: [1] }, { a: [1] }],
  ["a truncated object (N13)", '{"a":1', { a: 1 }],
  ["single quotes (N14)", "{'a': 1}", { a: 1 }],
  ["a list", "[1]", { __unparsedToolInput: { raw: "[1]", len: 3 } }],
];

for (const [what, args, input] of INPUTS) {
  Deno.test(`a whole completion reads ${what} as arguments`, () => {
    const message = answer({ tool_calls: [call("c", "A", args)] }, "length");
    deepEqual(uses(message), [["A", input]]);
    equal(message.stop_reason, "max_tokens");
  });
}

Deno.test("a whole completion keeps calls apart that have no ids or the same", () => {
  for (const id of [undefined, "", "call_0"]) {
    for (const args of ["{}", "", '{"a":1}']) {
      const tool_calls = [call(id, "A", args), call(id, "B"), call(id, "B")];
      const names = uses(answer({ tool_calls })).map(([name]) => name);
      deepEqual(names, ["A", "B", "B"], `id ${id}, arguments ${args}`);
    }
  }
});

Deno.test("a whole completion calls an answer without choices a failure (N17)", () => {
  for (const choices of [[], null, undefined]) {
    throws(() => whole({ choices }), { type: "api_error", status: 502 });
  }
});

Deno.test("a whole completion calls an empty answer a failure (N29)", () => {
  const usage = { prompt_tokens: 10, completion_tokens: 0 };
  for (const content of ["", null, undefined, []]) {
    const choices = [{ message: { content }, finish_reason: "stop" }];
    throws(() => whole({ choices, usage }), {
      type: "api_error",
      message: /empty/,
    });
  }
});

Deno.test("a whole completion merges choices that split one answer (N19)", () => {
  const message = whole({
    choices: [
      { message: { content: "a" }, finish_reason: "tool_calls" },
      {
        message: { tool_calls: [call("c", "A")] },
        finish_reason: "tool_calls",
      },
    ],
  });
  deepEqual(texts(message), ["a", "tool_use"]);
  equal(message.stop_reason, "tool_use");
});

Deno.test("a whole completion estimates what was not counted (N20)", () => {
  const { usage } = answer({ content: "x".repeat(9) });
  deepEqual([usage.input_tokens, usage.output_tokens], [42, 3]);
  const unknown = answer({ content: "a" }, "stop", { inputTokens: 0 });
  ok(unknown.usage.input_tokens > 0);
});

Deno.test("a whole completion joins content that comes in parts", () => {
  const content = [{ type: "text", text: "a" }, { type: "text", text: "b" }];
  deepEqual(texts(answer({ content })), ["ab"]);
});

Deno.test("a whole completion cuts at a stop sequence (N30)", () => {
  const stopSequences = ["END"];
  const message = answer({ content: "abENDcd" }, "stop", { stopSequences });
  deepEqual(texts(message), ["ab"]);
  equal(message.stop_reason, "stop_sequence");
  equal(message.stop_sequence, "END");
});

Deno.test("a whole completion reports edits to clients that asked for them (R59)", () => {
  const edits = (reportsEdits: boolean) =>
    answer({ content: "a" }, "stop", { reportsEdits }).context_management;
  deepEqual(edits(true), { applied_edits: [] });
  equal(edits(false), undefined);
});

Deno.test("assemble() needs a start", () => {
  throws(() => assemble([{ type: "message_stop" }]), TypeError);
});
