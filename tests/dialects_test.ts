/**
 * Dialects through the port: selected by a setting, spoken both ways, and
 * nothing remembered between two requests except what the client echoes.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import { parseConfig } from "../src/config/config.ts";
import { chunks, json } from "../src/demo/replies.ts";
import type { Dialect } from "../src/dialects/dialect.ts";
import { azure } from "../src/dialects/azure.ts";
import { deepseek } from "../src/dialects/deepseek.ts";
import { gemini } from "../src/dialects/gemini.ts";
import { openrouter } from "../src/dialects/openrouter.ts";
import type { ChatAssistantMessage } from "../src/openai/chat.ts";
import { toolResult, user } from "./builders.ts";
import { readChunks } from "./playback.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

const LOCAL = {
  OPENAI_BASE_URL: "http://127.0.0.1:8000/v1",
  BIG_MODEL_NAME: "b",
  SMALL_MODEL_NAME: "s",
};

Deno.test("UPSTREAM_DIALECT names the dialect where the host does not tell", () => {
  const nameOf = (UPSTREAM_DIALECT?: string) =>
    parseConfig({ ...LOCAL, UPSTREAM_DIALECT }).upstreams[0]?.dialect.name;
  equal(nameOf(), "plain");
  equal(nameOf(""), "plain");
  equal(nameOf("vllm"), "vllm");
  equal(nameOf("Llama.cpp"), "llama.cpp");
  throws(
    () => nameOf("grok"),
    /UPSTREAM_DIALECT: expected one of openai, azure, .*vllm.*, got "grok"/,
  );
});

Deno.test("a named dialect is spoken (R54)", async () => {
  await using proxy = startProxy({ environment: { UPSTREAM_DIALECT: "vllm" } });
  const response = await postMessages(proxy, {
    thinking: { type: "disabled" },
  });
  equal(response.status, 200, await response.text());
  const [exchange] = proxy.upstream.exchanges;
  deepEqual(exchange?.body.chat_template_kwargs, { enable_thinking: false });
});

Deno.test("Azure gets its key in a header of its own, and its version in the URL", async () => {
  await using behind = startProxy();
  const url = behind.config.upstreams[0]?.url;
  await using proxy = startProxy({
    dialect: azure,
    environment: {
      OPENAI_API_KEY: "key-of-azure",
      OPENAI_BASE_URL: `${url}/?api-version=v1`,
    },
  });
  const response = await postMessages(proxy, {});
  equal(response.status, 200, await response.text());
  const [exchange] = behind.upstream.exchanges;
  equal(exchange?.headers.get("api-key"), "key-of-azure");
  equal(exchange?.headers.get("authorization"), null);
});

/**
 * A first turn of the model, and what is sent upstream when the client
 * continues.
 */
async function twoTurns(
  proxy: Proxy,
  body: Record<string, unknown>,
): Promise<ChatAssistantMessage> {
  const first = await postMessages(proxy, body);
  equal(first.status, 200);
  const { content } = await first.json();
  const results = content
    .filter(({ type }: { type: string }) => type === "tool_use")
    .map(({ id }: { id: string }) => toolResult(id, "r"));
  const messages = [
    { role: "user", content: "Hello" },
    { role: "assistant", content },
    user(...results),
  ];
  const second = await postMessages(proxy, { ...body, messages });
  equal(second.status, 200, await second.text());
  const turn = proxy.upstream.exchanges.at(-1)?.body.messages
    .find(({ role }) => role === "assistant");
  ok(turn?.role === "assistant");
  return turn;
}

/** A fixture's chunks as one whole completion. */
async function completionOf(fixture: string) {
  const list = await readChunks(fixture);
  const deltas = list.flatMap(({ choices }) => choices ?? [])
    .map(({ delta }) => delta);
  const joined = (name: "content" | "reasoning_content") =>
    deltas.map((delta) => delta?.[name] ?? "").join("");
  return {
    choices: [{
      message: {
        role: "assistant",
        content: joined("content"),
        reasoning_content: joined("reasoning_content"),
        reasoning_details: deltas
          .flatMap((delta) => delta?.reasoning_details ?? []),
        tool_calls: deltas.flatMap((delta) => delta?.tool_calls ?? []),
      },
      finish_reason: "tool_calls",
    }],
  };
}

const TOOLS = ["Bash", "Read"]
  .map((name) => ({ name, input_schema: { type: "object" } }));

const ROWS: {
  what: string;
  fixture: string;
  dialect: Dialect;
  kept: (turn: ChatAssistantMessage) => unknown;
  expected: unknown;
}[] = [
  {
    what: "DeepSeek's reasoning (N10)",
    fixture: "deepseek/tool_call",
    dialect: deepseek,
    kept: ({ reasoning_content }) => reasoning_content,
    expected: "I need a list.",
  },
  {
    what: "OpenRouter's encrypted details (N25)",
    fixture: "openrouter/encrypted",
    dialect: openrouter,
    kept: ({ reasoning_details, tool_calls }) =>
      JSON.stringify(reasoning_details)
        .replace(tool_calls?.[0]?.id ?? "", "<the call's id>"),
    expected:
      '[{"type":"reasoning.encrypted","data":"CiQB4/H/","id":"<the call\'s id>","format":"google-gemini-v1","index":0}]',
  },
  {
    what: "Gemini's signature (N26)",
    fixture: "gemini/two_calls",
    dialect: gemini,
    kept: ({ tool_calls }) =>
      tool_calls?.map(({ extra_content }) => extra_content),
    expected: [
      { google: { thought_signature: "c2lnbmF0dXJl" } },
      undefined,
    ],
  },
];

for (const { what, fixture, dialect, kept, expected } of ROWS) {
  Deno.test(`${what} comes back to it by way of the client alone`, async () => {
    const completion = await completionOf(fixture);
    let first = true;
    const script = () => {
      const reply = first ? json(completion) : undefined;
      first = false;
      return reply;
    };
    const options = {
      dialect,
      environment: { BIG_MODEL_NAME: "gemini-3-pro" },
    };
    await using proxy = startProxy({ ...options, script });
    const thinking = { type: "adaptive", display: "omitted" };
    const turn = await twoTurns(proxy, { thinking, tools: TOOLS });
    deepEqual(kept(turn), expected);
  });
}

Deno.test("thinking nobody asked for is swallowed, streamed or whole (N9)", async () => {
  const list = await readChunks("deepseek/tool_call");
  await using proxy = startProxy({
    dialect: deepseek,
    script: () => chunks(list),
  });
  const response = await postMessages(proxy, { stream: true });
  const text = await response.text();
  equal(/thinking_delta|"type":"thinking"|redacted/.test(text), false, text);
  ok(text.includes('"stop_reason":"tool_use"'), text);
});
