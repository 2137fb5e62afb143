/** What each upstream is sent in its own fields. */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  aRequest,
  assistant,
  targetAt,
  text,
  toChat,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { ChatRequest } from "../openai/chat.ts";
import { Notices } from "../translate/notices.ts";
import { translateRequest } from "../translate/request.ts";
import { plain } from "./plain.ts";
import { dialectNamed } from "./registry.ts";

function chatAt(
  name: string,
  model: string,
  fields: Record<string, unknown>,
): ChatRequest {
  return toChat(fields, targetAt(dialectNamed(name) ?? plain, model));
}

type Fields = Record<string, unknown>;

/** The given fields of a request, if present. */
function pick(chat: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries(chat).filter(([name]) => names.includes(name)),
  );
}

const REASONING = [
  "reasoning_effort",
  "reasoning",
  "thinking",
  "chat_template_kwargs",
  "enable_thinking",
  "extra_body",
];

const THOUGHTS = {
  extra_body: { google: { thinking_config: { include_thoughts: true } } },
};

/** Dialect, model, the reasoning fields sent for off, on, and `max`. */
const SWITCHES: [string, string, Fields, Fields, Fields][] = [
  ["openai", "gpt-5.6-sol", { reasoning_effort: "none" }, {}, {
    reasoning_effort: "max",
  }],
  ["openai", "o3", { reasoning_effort: "low" }, {}, {
    reasoning_effort: "high",
  }],
  ["openai", "gpt-4o", {}, {}, {}],
  ["openrouter", "openai/gpt-5.4", { reasoning: { effort: "none" } }, {
    reasoning: { enabled: true },
  }, { reasoning: { effort: "xhigh" } }],
  ["openrouter", "acme/new", { reasoning: { effort: "none" } }, {
    reasoning: { enabled: true },
  }, { reasoning: { effort: "max" } }],
  ["deepseek", "deepseek-v4-pro", { thinking: { type: "disabled" } }, {}, {
    reasoning_effort: "max",
  }],
  ["xai", "grok-4.7", { reasoning_effort: "low" }, {}, {
    reasoning_effort: "xhigh",
  }],
  ["gemini", "gemini-3-pro", { reasoning_effort: "minimal" }, THOUGHTS, {
    reasoning_effort: "high",
    ...THOUGHTS,
  }],
  ["gemini", "gemini-2.5-flash", { reasoning_effort: "none" }, THOUGHTS, {
    reasoning_effort: "high",
    ...THOUGHTS,
  }],
  ["groq", "openai/gpt-oss-120b", { reasoning_effort: "low" }, {}, {
    reasoning_effort: "high",
  }],
  ["groq", "qwen/qwen3-32b", { reasoning_effort: "none" }, {}, {}],
  ["mistral", "mistral-medium-latest", { reasoning_effort: "none" }, {}, {
    reasoning_effort: "high",
  }],
  ["moonshot", "kimi-k2.6", { thinking: { type: "disabled" } }, {}, {}],
  ["moonshot", "kimi-k3", { reasoning_effort: "low" }, {}, {
    reasoning_effort: "max",
  }],
  ["zhipu", "glm-5", { thinking: { type: "disabled" } }, {
    thinking: { type: "enabled", clear_thinking: false },
  }, { thinking: { type: "enabled", clear_thinking: false } }],
  ["dashscope", "qwen3.7-plus", { enable_thinking: false }, {
    enable_thinking: true,
  }, { enable_thinking: true }],
  ["dashscope", "qwen3.8-max", { enable_thinking: false }, {
    enable_thinking: true,
  }, { enable_thinking: true, reasoning_effort: "max" }],
  ["dashscope", "qwen3-coder-plus", {}, {}, {}],
  ["dashscope", "qwen3-next-80b-a3b-thinking", {}, {}, {}],
  ["ollama", "qwen3", { reasoning_effort: "none" }, {}, {
    reasoning_effort: "high",
  }],
  ["vllm", "qwen3", { chat_template_kwargs: { enable_thinking: false } }, {
    chat_template_kwargs: { enable_thinking: true },
  }, { chat_template_kwargs: { enable_thinking: true } }],
  [
    "vllm",
    "deepseek-ai/DeepSeek-V3.2",
    {
      chat_template_kwargs: { thinking: false },
    },
    { chat_template_kwargs: { thinking: true } },
    {
      chat_template_kwargs: { thinking: true },
    },
  ],
  [
    "sglang",
    "Qwen/Qwen3-32B",
    {
      chat_template_kwargs: { thinking: false, enable_thinking: false },
    },
    { chat_template_kwargs: { thinking: true, enable_thinking: true } },
    {
      chat_template_kwargs: { thinking: true, enable_thinking: true },
    },
  ],
  ["plain", "any", {}, {}, {}],
];

for (const [name, model, off, on, max] of SWITCHES) {
  const reasoningOf = (fields: Fields) =>
    pick(chatAt(name, model, fields), REASONING);

  Deno.test(`${name} with ${model} is told to think or not in its own words (R52–R55)`, () => {
    deepEqual(reasoningOf({}), {}, "nothing asked, nothing said");
    deepEqual(reasoningOf({ thinking: { type: "disabled" } }), off);
    deepEqual(
      reasoningOf({
        thinking: { type: "between_tools" },
        output_config: { effort: "high" },
      }),
      off,
      "off wins over an effort",
    );
    const thinking = { type: "adaptive" };
    deepEqual(reasoningOf({ thinking }), on);
    const output_config = { effort: "max" };
    deepEqual(reasoningOf({ thinking, output_config }), max);
  });
}

const TOOLS = [
  { name: "Bash", input_schema: { type: "object" } },
  { name: "Read", input_schema: { type: "object" } },
];

const named = { type: "function", function: { name: "Read" } };

/** Dialect, model, choices sent for `any` and for the tool Read. */
const CHOICES: [string, string, unknown, unknown, string[]][] = [
  ["openai", "gpt-4o", "required", named, ["Bash", "Read"]],
  ["mistral", "mistral-large", "any", "any", ["Read"]],
  ["lmstudio", "qwen3", "required", "required", ["Read"]],
  ["llama.cpp", "qwen3", "required", "required", ["Read"]],
  ["ollama", "qwen3", "auto", "auto", ["Read"]],
  ["zhipu", "glm-5", "auto", "auto", ["Read"]],
  ["deepseek", "deepseek-v4-pro", "required", named, ["Bash", "Read"]],
  ["dashscope", "qwen3.7-plus", "required", named, ["Bash", "Read"]],
  ["moonshot", "kimi-k2.6", "required", named, ["Bash", "Read"]],
  ["moonshot", "kimi-k3", "auto", "auto", ["Read"]],
];

for (const [name, model, any, tool, tools] of CHOICES) {
  Deno.test(`${name} with ${model} is made to call as it can be (R29, R30)`, () => {
    const chatFor = (tool_choice: unknown) =>
      chatAt(name, model, { tools: TOOLS, tool_choice });
    const forced = chatFor({ type: "any" });
    equal(forced.tool_choice, any);
    equal(forced.tools?.length, 2);
    const one = chatFor({ type: "tool", name: "Read" });
    deepEqual(one.tool_choice, tool);
    deepEqual(one.tools?.map((tool) => tool.function.name), tools);
    equal(chatFor({ type: "auto" }).tool_choice, "auto");
    ok(
      [undefined, "none"].some((none) =>
        chatFor({ type: "none" }).tool_choice === none
      ),
    );
  });
}

Deno.test("DeepSeek does not think where a call is forced, and a notice says so", () => {
  const target = targetAt(dialectNamed("deepseek") ?? plain, "deepseek-v4-pro");
  const notices = new Notices();
  const request = aRequest({
    tools: TOOLS,
    tool_choice: { type: "any" },
    thinking: { type: "adaptive" },
    output_config: { effort: "high" },
  });
  const chat = translateRequest(request, { target, inputTokens: 1, notices });
  deepEqual(pick(chat, REASONING), { thinking: { type: "disabled" } });
  equal(notices.list().length, 1);
});

Deno.test("Qwen may call several tools at once, unless the client has a word on it", () => {
  const parallelOf = (fields: Fields) =>
    chatAt("dashscope", "qwen3.8-max", fields).parallel_tool_calls;
  equal(parallelOf({ tools: TOOLS }), true);
  equal(parallelOf({}), undefined);
  const tool_choice = { type: "auto", disable_parallel_tool_use: true };
  equal(parallelOf({ tools: TOOLS, tool_choice }), false);
});

const CLAUDE_CODES = {
  messages: [user(text("q")), { role: "system", content: "S2" }],
};

Deno.test("strict templates get no second system message (R5)", () => {
  for (const name of ["plain", "vllm", "lmstudio", "llama.cpp", "ollama"]) {
    deepEqual(chatAt(name, "qwen3", CLAUDE_CODES).messages, [{
      role: "user",
      content: "q\n\n<system-reminder>\nS2\n</system-reminder>",
    }]);
  }
});

Deno.test("OpenAI gets developer messages in their place (R6)", () => {
  deepEqual(chatAt("openai", "gpt-5.6-sol", CLAUDE_CODES).messages, [
    { role: "user", content: "q" },
    { role: "developer", content: "S2" },
  ]);
});

const CALLED = {
  messages: [
    user(text("q")),
    assistant(toolUse("toolu_01AbC")),
    user(toolResult("toolu_01AbC", "r")),
  ],
};

Deno.test("a call without words has null for content (R13)", () => {
  const [, turn] = chatAt("plain", "m", CALLED).messages;
  equal(turn?.content, null);
});

const BEGUN = {
  messages: [user(text("as JSON")), assistant(text('{"a":'))],
};

Deno.test("a beginning of the answer goes where it can be gone on with (R47)", () => {
  const begun = chatAt("mistral", "mistral-large", BEGUN);
  deepEqual(begun.messages.at(-1), {
    role: "assistant",
    content: '{"a":',
    prefix: true,
  });
  const local = chatAt("vllm", "qwen3", BEGUN);
  equal(local.continue_final_message, true);
  equal(local.add_generation_prompt, false);
  const other = chatAt("sglang", "qwen3", BEGUN);
  equal(other.continue_final_message, true);
  for (const name of ["openai", "deepseek", "plain"]) {
    throws(
      () => chatAt(name, "m", BEGUN),
      (error) =>
        error instanceof ApiError &&
        /assistant message prefill/.test(error.message),
    );
  }
});

const SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: { n: { type: "integer", maximum: Number.MAX_SAFE_INTEGER } },
  required: ["n"],
  additionalProperties: false,
};

Deno.test("Gemini gets the part of a schema it knows, OpenAI all of it (R32)", () => {
  const fields = { tools: [{ name: "Bash", input_schema: SCHEMA }] };
  const parametersAt = (name: string) =>
    chatAt(name, "m", fields).tools?.[0]?.function.parameters;
  deepEqual(parametersAt("gemini"), {
    type: "object",
    properties: { n: { type: "integer" } },
    required: ["n"],
  });
  for (const name of ["openai", "vllm", "plain", "openrouter"]) {
    deepEqual(parametersAt(name), SCHEMA);
  }
});

const FORMAT = {
  output_config: {
    format: {
      type: "json_schema",
      schema: {
        type: "object",
        properties: { a: { type: "string" } },
        required: ["a"],
        additionalProperties: false,
      },
    },
  },
};

Deno.test("an answer's schema is sent as one (R56)", () => {
  const { response_format } = chatAt("openai", "gpt-4o", FORMAT);
  ok(response_format?.type === "json_schema");
  equal(response_format.json_schema.strict, true);
  equal(response_format.json_schema.name, "response");
});

Deno.test("DeepSeek is told an answer's schema in words (R57)", () => {
  const { response_format, messages: [system] } = chatAt(
    "deepseek",
    "deepseek-v4-pro",
    FORMAT,
  );
  deepEqual(response_format, { type: "json_object" });
  equal(system?.role, "system");
  ok(/JSON.*"properties":\{"a"/s.test(String(system?.content)));
});
