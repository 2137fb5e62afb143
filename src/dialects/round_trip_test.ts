/** An upstream's reasoning is sent back to it, and to no other. */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  aRequest,
  targetAt,
  text,
  toChat,
  user,
} from "../../tests/builders.ts";
import {
  type Asked,
  play,
  readChunks,
  sendBack,
} from "../../tests/playback.ts";
import type { ChatAssistantMessage } from "../openai/chat.ts";
import { dashscope } from "./dashscope.ts";
import { deepseek } from "./deepseek.ts";
import { gemini } from "./gemini.ts";
import { mistral } from "./mistral.ts";
import { moonshot } from "./moonshot.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { DIALECTS } from "./registry.ts";
import { sglang } from "./sglang.ts";
import { vllm } from "./vllm.ts";
import { zhipu } from "./zhipu.ts";

const DISPLAYS = ["summarized", "omitted"];

/** The model's turn as it is sent back to its upstream. */
async function sentBack(
  fixture: string,
  asked: Asked,
  next: Asked = asked,
): Promise<ChatAssistantMessage> {
  const message = play(await readChunks(fixture), asked);
  const back = sendBack(message, next)
    .find((message) => message.role === "assistant");
  ok(back);
  return back;
}

const thinking = (display: string) => ({
  thinking: { type: "adaptive", display },
});

for (const display of DISPLAYS) {
  const fields = thinking(display);

  Deno.test(`DeepSeek gets its reasoning back when it was ${display} (N10)`, async () => {
    const asked = { dialect: deepseek, model: "deepseek-v4-pro", fields };
    const back = await sentBack("deepseek/tool_call", asked);
    equal(back.reasoning_content, "I need a list.");
  });

  Deno.test(`vLLM and Ollama get their reasoning back when it was ${display}`, async () => {
    const asked = { dialect: vllm, model: "qwen3", fields };
    equal((await sentBack("vllm/reasoning", asked)).reasoning, "Sure");
    const local = { dialect: ollama, model: "qwen3", fields };
    equal((await sentBack("ollama/tool_calls", local)).reasoning, "Both.");
  });

  Deno.test(`Qwen gets its reasoning back, and is told to read it, when it was ${display}`, async () => {
    const asked = { dialect: dashscope, model: "qwen3.8-max", fields };
    const back = await sentBack("dashscope/tool_call", asked);
    equal(back.reasoning_content, "I list them.");
    const target = targetAt(dashscope, "qwen3.8-max");
    equal(
      dashscope.request?.(toChat({}, target), aRequest()).preserve_thinking,
      undefined,
    );
    const chat = { ...toChat({}, target), messages: [back] };
    equal(dashscope.request?.(chat, aRequest()).preserve_thinking, true);
  });

  Deno.test(`SGLang gets its reasoning back when it was ${display}`, async () => {
    const asked = { dialect: sglang, model: "Qwen/Qwen3-32B", fields };
    const back = await sentBack("sglang/reasoning", asked);
    equal(back.reasoning_content, "Sure.");
  });

  Deno.test(`GLM gets its reasoning back when it was ${display}`, async () => {
    const asked = { dialect: zhipu, model: "glm-5", fields };
    equal((await sentBack("zhipu/filtered", asked)).reasoning_content, "Hm.");
  });

  Deno.test(`Kimi gets its reasoning and its numbered ids back when it was ${display}`, async () => {
    const asked = { dialect: moonshot, model: "kimi-k2.6", fields };
    const back = await sentBack("moonshot/tool_call", asked);
    equal(back.reasoning_content, "I run it.");
    equal(back.content, null);
    deepEqual(back.tool_calls?.map(({ id }) => id), ["functions.Bash:0"]);
  });

  Deno.test(`Mistral gets its thinking parts back when they were ${display}`, async () => {
    const asked = {
      dialect: mistral,
      model: "magistral-medium-latest",
      fields,
    };
    const back = await sentBack("mistral/reasoning", asked);
    deepEqual(back.content, [
      {
        type: "thinking",
        thinking: [{ type: "text", text: "I list them." }],
      },
      { type: "text", text: "Here:" },
    ]);
    ok(back.tool_calls?.every(({ id }) => /^[a-zA-Z0-9]{9}$/.test(id)));
  });

  Deno.test(`OpenRouter gets its details back whole when they were ${display}`, async () => {
    const model = "anthropic/claude-sonnet-5";
    const asked = { dialect: openrouter, model, fields };
    const back = await sentBack("openrouter/reasoning", asked);
    deepEqual(back.reasoning_details, [{
      type: "reasoning.text",
      text: "Let me.",
      format: "anthropic-claude-v1",
      index: 0,
      signature: "c2ln",
    }]);
  });

  Deno.test(`Gemini gets its signature back on the call it signed, when thoughts were ${display} (N26)`, async () => {
    const asked = { dialect: gemini, model: "gemini-3-pro", fields };
    const back = await sentBack("gemini/two_calls", asked);
    deepEqual(back.tool_calls?.map(({ extra_content }) => extra_content), [
      { google: { thought_signature: "c2lnbmF0dXJl" } },
      undefined,
    ]);
  });

  Deno.test(`Gemini gets its signature of a text back on the message, when thoughts were ${display} (N26)`, async () => {
    const asked = { dialect: gemini, model: "gemini-3-pro", fields };
    const back = await sentBack("gemini/signed_text", asked);
    deepEqual(back, {
      role: "assistant",
      content: "It is 391.",
      extra_content: { google: { thought_signature: "dGV4dA==" } },
    });
  });
}

Deno.test("OpenRouter gets encrypted details back, with the call's id of now (N25)", async () => {
  const asked = { dialect: openrouter, model: "google/gemini-3-pro" };
  const fields = thinking("omitted");
  const back = await sentBack("openrouter/encrypted", { ...asked, fields });
  const [call] = back.tool_calls ?? [];
  deepEqual(back.reasoning_details, [{
    type: "reasoning.encrypted",
    data: "CiQB4/H/",
    id: call?.id,
    format: "google-gemini-v1",
    index: 0,
  }]);
});

Deno.test("Gemini gets a dummy signature where the client kept no thinking (N26)", async () => {
  const asked = { dialect: gemini, model: "gemini-3-pro", fields: {} };
  const back = await sentBack("gemini/two_calls", asked);
  deepEqual(back.tool_calls?.map(({ extra_content }) => extra_content), [
    { google: { thought_signature: "skip_thought_signature_validator" } },
    undefined,
  ]);
});

const FIXTURES = [
  {
    fixture: "deepseek/tool_call",
    dialect: deepseek,
    model: "deepseek-v4-pro",
  },
  { fixture: "gemini/two_calls", dialect: gemini, model: "gemini-3-pro" },
  { fixture: "gemini/signed_text", dialect: gemini, model: "gemini-3-pro" },
  { fixture: "openrouter/reasoning", dialect: openrouter, model: "a/b" },
  { fixture: "openrouter/encrypted", dialect: openrouter, model: "a/b" },
  { fixture: "mistral/reasoning", dialect: mistral, model: "magistral-small" },
];

for (const { fixture, ...asked } of FIXTURES) {
  for (const dialect of DIALECTS) {
    const next = { dialect, model: "another-model" };

    Deno.test(`what ${asked.dialect.name} signed is of no use to another model at ${dialect.name}: ${fixture}`, async () => {
      const from = { ...asked, fields: thinking("summarized") };
      const back = await sentBack(fixture, from, next);
      const said = JSON.stringify(back);
      for (const foreign of ["ccproxy.1", "c2ln", "CiQB4", "dGV4"]) {
        equal(said.includes(foreign), false, said);
      }
      equal(back.reasoning_details, undefined);
      equal(back.reasoning_content ?? back.reasoning ?? "", "");
    });
  }
}

/** A turn of the real Claude: its signature is Anthropic's. */
const CLAUDES = {
  role: "assistant",
  content: [
    { type: "thinking", thinking: "Hm.", signature: "EqQBCgIYAhIM" },
    { type: "redacted_thinking", data: "EmwKAhgBEgy" },
    text("a"),
    { type: "tool_use", id: "toolu_01", name: "Bash", input: {} },
  ],
};

for (const dialect of DIALECTS) {
  Deno.test(`${dialect.name} gets a history of Claude's without its signatures`, () => {
    const { messages } = toChat(
      { messages: [user(text("q")), CLAUDES, user(text("go on"))] },
      targetAt(dialect, "m"),
    );
    const said = JSON.stringify(messages);
    equal(said.includes("EqQB") || said.includes("EmwK"), false, said);
    ok(said.includes('"a"'), said);
  });
}

Deno.test("OpenAI gets no reasoning back on Chat Completions (R12)", async () => {
  const asked = { dialect: openai, model: "gpt-5-mini" };
  const back = await sentBack("openrouter/reasoning", asked);
  deepEqual(Object.keys(back), ["role", "content", "tool_calls"]);
});
