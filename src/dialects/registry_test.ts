import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  assistant,
  targetAt,
  text,
  toChat,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import type { ChatRequest } from "../openai/chat.ts";
import { dialectOf, DIALECTS } from "./registry.ts";

const HOSTS: [string, string][] = [
  ["api.openai.com", "openai"],
  ["openrouter.ai", "openrouter"],
  ["api.deepseek.com", "deepseek"],
  ["api.x.ai", "xai"],
  ["api.anthropic.com", "anthropic"],
  ["my-name.openai.azure.com", "azure"],
  ["my-name.services.ai.azure.com", "azure"],
  ["generativelanguage.googleapis.com", "gemini"],
  ["api.groq.com", "groq"],
  ["api.mistral.ai", "mistral"],
  ["api.moonshot.ai", "moonshot"],
  ["api.moonshot.cn", "moonshot"],
  ["api.z.ai", "zhipu"],
  ["open.bigmodel.cn", "zhipu"],
  ["dashscope-intl.aliyuncs.com", "dashscope"],
  ["coding.dashscope.aliyuncs.com", "dashscope"],
  ["ws-1.ap-southeast-1.maas.aliyuncs.com", "dashscope"],
  ["openai.azure.com.example.com", "plain"],
  ["localhost", "plain"],
  ["127.0.0.1", "plain"],
  ["api.openai.com.example.com", "plain"],
  ["notopenrouter.ai", "plain"],
  ["", "plain"],
];

for (const [host, name] of HOSTS) {
  Deno.test(`dialectOf() finds ${name} at "${host}"`, () => {
    equal(dialectOf(host).name, name);
  });
}

Deno.test("DIALECTS have names and hosts of their own", () => {
  for (
    const values of [
      DIALECTS.map(({ name }) => name),
      DIALECTS.flatMap(({ hosts }) => hosts),
    ]
  ) {
    equal(new Set(values).size, values.length);
  }
  for (const dialect of DIALECTS) {
    for (const host of dialect.hosts) equal(dialectOf(host), dialect);
  }
});

/** A conversation with a call and its result. */
const FIELDS = {
  system: "S",
  tools: [{ name: "Bash", input_schema: { type: "object" } }],
  messages: [
    user(text("q")),
    { role: "system", content: "S2" },
    assistant(text("a"), toolUse("toolu_1")),
    user(toolResult("toolu_1", "r")),
  ],
  temperature: 0.5,
  stream: true,
  metadata: { user_id: "user-1" },
};

/** Fields of `chat/completions` that every server may be sent. */
const COMMON = new Set([
  "model",
  "messages",
  "tools",
  "tool_choice",
  "stream",
  "stream_options",
  "temperature",
]);
/** … and those a dialect adds, according to its upstream's manual. */
const ADDED: Record<string, readonly string[]> = {
  openai: [
    "max_completion_tokens",
    "reasoning_effort",
    "safety_identifier",
    "prompt_cache_key",
    "parallel_tool_calls",
  ],
  openrouter: [
    "max_tokens",
    "reasoning",
    "prompt_cache_key",
    "parallel_tool_calls",
  ],
  azure: [
    "max_completion_tokens",
    "reasoning_effort",
    "prompt_cache_key",
    "parallel_tool_calls",
  ],
  deepseek: ["max_tokens", "reasoning_effort", "thinking"],
  xai: ["max_tokens", "reasoning_effort", "parallel_tool_calls"],
  gemini: ["max_tokens", "reasoning_effort", "extra_body"],
  groq: [
    "max_tokens",
    "reasoning_effort",
    "reasoning_format",
    "parallel_tool_calls",
  ],
  mistral: ["max_tokens", "reasoning_effort", "parallel_tool_calls"],
  moonshot: ["max_completion_tokens", "reasoning_effort", "thinking"],
  zhipu: ["max_tokens", "thinking", "tool_stream"],
  dashscope: [
    "max_tokens",
    "reasoning_effort",
    "enable_thinking",
    "preserve_thinking",
    "parallel_tool_calls",
  ],
  ollama: ["max_tokens", "reasoning_effort"],
  vllm: [
    "max_tokens",
    "reasoning_effort",
    "chat_template_kwargs",
    "parallel_tool_calls",
  ],
  sglang: [
    "max_tokens",
    "reasoning_effort",
    "chat_template_kwargs",
    "parallel_tool_calls",
  ],
  lmstudio: ["max_tokens", "reasoning_effort", "parallel_tool_calls"],
  "llama.cpp": ["max_tokens", "chat_template_kwargs", "parallel_tool_calls"],
  anthropic: ["max_tokens", "parallel_tool_calls"],
  plain: ["max_tokens", "parallel_tool_calls"],
};

/** For each dialect, a model in the catalogue and one that is not. */
const MODELS: Record<string, readonly string[]> = {
  openai: ["gpt-5.6-sol", "o3", "gpt-4o", "gpt-99"],
  openrouter: ["openai/gpt-5.4", "acme/unknown"],
  deepseek: ["deepseek-v4-pro", "deepseek-chat", "deepseek-next"],
  azure: ["gpt-5.6-sol", "my-deployment"],
  xai: ["grok-4.7", "grok-4", "grok-99"],
  gemini: ["gemini-3-pro", "gemini-2.5-flash"],
  groq: ["openai/gpt-oss-120b", "qwen/qwen3-32b", "llama-4"],
  mistral: ["mistral-medium-latest", "magistral-small-latest"],
  moonshot: ["kimi-k2.6", "kimi-k3", "moonshot-v1-128k"],
  zhipu: ["glm-5"],
  dashscope: ["qwen3.8-max", "qwen3.7-plus", "qwen3-coder-plus", "glm-5.3"],
  ollama: ["qwen3"],
  vllm: ["qwen3-coder", "openai/gpt-oss-20b"],
  sglang: ["Qwen/Qwen3-32B", "openai/gpt-oss-20b"],
  lmstudio: ["qwen3"],
  "llama.cpp": ["qwen3"],
  anthropic: ["claude-opus-5"],
  plain: ["qwen3-coder"],
};

const CASES = DIALECTS.flatMap((dialect) =>
  (MODELS[dialect.name] ?? []).map((model) => ({ dialect, model }))
);

Deno.test("every dialect is in the tables of this test", () => {
  for (const { name } of DIALECTS) ok(MODELS[name] && ADDED[name], name);
});

for (const { dialect, model } of CASES) {
  const chatOf = (fields: Record<string, unknown>): ChatRequest =>
    toChat({ ...FIELDS, ...fields }, targetAt(dialect, model));
  const where = `${dialect.name} with ${model}`;

  Deno.test(`${where} keeps model, tools, stream and limit`, () => {
    const chat = chatOf({});
    equal(chat.model, model);
    equal(chat.tools?.[0]?.function.name, "Bash");
    equal(chat.stream, true);
    equal(chat.max_tokens ?? chat.max_completion_tokens, 50);
  });

  Deno.test(`${where} keeps what was said, in order`, () => {
    const said = JSON.stringify(chatOf({}).messages);
    const places = ['"S"', '"q', "S2", '"a"', '"Bash"', '"r"']
      .map((word) => said.indexOf(word));
    deepEqual(places, places.toSorted((a, b) => a - b));
    ok(!places.includes(-1), said);
  });

  Deno.test(`${where} adds only fields its upstream knows`, () => {
    const added = ADDED[dialect.name] ?? [];
    for (
      const thinking of [undefined, { type: "adaptive" }, { type: "disabled" }]
    ) {
      const chat = chatOf({
        thinking,
        output_config: { effort: "medium" },
        tool_choice: { type: "auto", disable_parallel_tool_use: true },
      });
      const strange = Object.keys(chat)
        .filter((name) => !COMMON.has(name) && !added.includes(name));
      deepEqual(strange, []);
    }
  });

  Deno.test(`${where} gives the same bytes for the same request`, () => {
    equal(JSON.stringify(chatOf({})), JSON.stringify(chatOf({})));
  });
}
