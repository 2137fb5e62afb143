import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import fc from "fast-check";
import { ApiError } from "./errors.ts";
import { parseMessagesRequest, parsePrompt } from "./request.ts";

const hi = { role: "user", content: "hi" };
const VALID = { model: "m", max_tokens: 50, messages: [hi] };

/** The error the client gets; nothing if the body is accepted. */
function refusalOf(body: unknown, parse = parseMessagesRequest as Parse) {
  try {
    parse(body);
    return null;
  } catch (error) {
    ok(error instanceof ApiError, String(error));
    equal(error.type, "invalid_request_error");
    equal(error.status, 400);
    return error.message;
  }
}

type Parse = (json: unknown) => unknown;

const saying = (...blocks: unknown[]) => ({
  ...VALID,
  messages: [{ role: "user", content: blocks }],
});
const without = (name: keyof typeof VALID) => ({ ...VALID, [name]: undefined });

const REFUSED: [string, unknown, string | RegExp][] = [
  ["no model (R67)", without("model"), "model: Field required"],
  ["no max_tokens (R67)", without("max_tokens"), "max_tokens: Field required"],
  ["no messages (R67)", without("messages"), "messages: Field required"],
  ["an empty model", { ...VALID, model: "" }, /^model: /],
  ["a negative max_tokens", { ...VALID, max_tokens: -1 }, /^max_tokens: /],
  ["half a token", { ...VALID, max_tokens: 1.5 }, /^max_tokens: /],
  ["max_tokens as text", { ...VALID, max_tokens: "50" }, /^max_tokens: /],
  [
    "empty messages",
    { ...VALID, messages: [] },
    "messages: at least one message is required",
  ],
  [
    "the role tool (R67)",
    { ...VALID, messages: [{ role: "tool", content: "x" }] },
    /^messages\.0\.role: /,
  ],
  [
    "a message without content",
    { ...VALID, messages: [hi, { role: "user" }] },
    /^messages\.1\.content: Field required$/,
  ],
  [
    "a text block without text",
    saying({ type: "text" }),
    "messages.0.content.0.text: Field required",
  ],
  [
    "a second block that is malformed",
    saying({ type: "text", text: "a" }, { type: "tool_use", id: "T1" }),
    "messages.0.content.1.name: Field required",
  ],
  [
    "an image without data",
    saying({
      type: "image",
      source: { type: "base64", media_type: "image/png" },
    }),
    "messages.0.content.0.source.data: Field required",
  ],
  [
    "a tool result without id",
    saying({ type: "tool_result", content: "r" }),
    "messages.0.content.0.tool_use_id: Field required",
  ],
  [
    "a malformed block in a tool result",
    saying({
      type: "tool_result",
      tool_use_id: "T1",
      content: [{ type: "text" }],
    }),
    "messages.0.content.0.content.0.text: Field required",
  ],
  [
    "a block without type",
    saying({ text: "a" }),
    /^messages\.0\.content\.0\.type: /,
  ],
  ["a block that is text", saying("a"), /^messages\.0\.content\.0/],
  [
    "tools that are no list",
    { ...VALID, tools: {} },
    /^tools: /,
  ],
  [
    "a schema that is text",
    { ...VALID, tools: [{ name: "X", input_schema: "object" }] },
    /^tools\.0\.input_schema: /,
  ],
  [
    "a choice nobody knows",
    { ...VALID, tool_choice: { type: "some" } },
    /^tool_choice\.type: /,
  ],
  [
    "a system prompt of images",
    { ...VALID, system: [{ type: "image" }] },
    /^system\.0\./,
  ],
  ["a stream that is text", { ...VALID, stream: "yes" }, /^stream: /],
  [
    "a list as the body (R66)",
    [VALID],
    "Request body must be a JSON object",
  ],
  ["text as the body (R66)", "hi", "Request body must be a JSON object"],
  ["null as the body (R66)", null, "Request body must be a JSON object"],
  ["no body", undefined, "Request body must be a JSON object"],
];

for (const [what, body, expected] of REFUSED) {
  Deno.test(`parseMessagesRequest() refuses ${what} by name`, () => {
    const told = refusalOf(body) ?? "nothing";
    if (typeof expected === "string") equal(told, expected);
    else ok(expected.test(told), told);
  });
}

Deno.test("parseMessagesRequest() lets fields through that it does not know (R63)", () => {
  const request = parseMessagesRequest({
    ...VALID,
    unheard_of: { a: 1 },
    messages: [{ ...hi, clear_at: "never" }],
    tools: [{ type: "future_20290101", name: "x", more: 1 }],
    thinking: { type: "future", more: 1 },
    output_config: { effort: "ultra", task_budget: { total: 1 } },
  });
  deepEqual(request.unheard_of, { a: 1 });
  equal(request.messages[0]?.clear_at, "never");
  equal(request.tools?.[0]?.more, 1);
});

Deno.test("parseMessagesRequest() keeps blocks whole that it does not know (R63)", () => {
  const block = { type: "connector_text", payload: { a: [1] } };
  const result = {
    type: "tool_result",
    tool_use_id: "T1",
    content: [{ type: "browser_state", url: "u" }],
  };
  const { messages } = parseMessagesRequest(saying(block, result));
  const content = messages[0]?.content;
  ok(Array.isArray(content));
  deepEqual(content[0], { type: "unknown", original: block });
  ok(content[1]?.type === "tool_result");
  deepEqual(content[1].content, [
    { type: "unknown", original: { type: "browser_state", url: "u" } },
  ]);
});

Deno.test("parseMessagesRequest() takes null for fields that may be left out", () => {
  const names = [
    "system",
    "tools",
    "tool_choice",
    "stream",
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "thinking",
    "output_config",
    "output_format",
    "metadata",
    "mcp_servers",
    "context_management",
    "container",
    "thread",
    "safeguards",
  ];
  const nulls = Object.fromEntries(names.map((name) => [name, null]));
  equal(refusalOf({ ...VALID, ...nulls }), null);
});

Deno.test("parseMessagesRequest() takes max_tokens 0 (R50)", () => {
  equal(parseMessagesRequest({ ...VALID, max_tokens: 0 }).max_tokens, 0);
});

Deno.test("parseMessagesRequest() takes what Claude Code replays", () => {
  const assistant = {
    role: "assistant",
    content: [
      { type: "thinking", thinking: "", signature: "ccproxy.1.x" },
      { type: "thinking", thinking: "no signature" },
      { type: "redacted_thinking", data: "x" },
      { type: "text", text: "a", citations: [] },
      { type: "tool_use", id: "T1", name: "Bash" },
    ],
  };
  const user = {
    role: "user",
    content: [
      { tool_use_id: "T1", type: "tool_result" },
      { type: "tool_result", tool_use_id: "T2", is_error: null, content: null },
    ],
  };
  const system = { role: "system", content: "S" };
  const body = { ...VALID, messages: [hi, assistant, user, system] };
  equal(refusalOf(body), null);
});

Deno.test("parseMessagesRequest() accepts a body or names a field, whatever it is", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
    for (const body of [one, { ...VALID, messages: one, tools: two }]) {
      const told = refusalOf(body);
      ok(
        told === null || /^[\w.]+: .|^Request body must/.test(told),
        told ?? "",
      );
    }
  }));
});

Deno.test("parsePrompt() wants no max_tokens, but model and messages", () => {
  const tools: unknown[] = [];
  deepEqual(parsePrompt({ model: "m", messages: [hi], tools }).tools, []);
  equal(refusalOf({ messages: [hi] }, parsePrompt), "model: Field required");
  throws(() => parsePrompt({ model: "m" }), { message: /^messages: Field/ });
});
