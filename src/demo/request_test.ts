import { deepStrictEqual as deepEqual, throws } from "node:assert";
import { BadRequest } from "./bad_request.ts";
import { parseChatRequest } from "./request.ts";

const USER = { role: "user", content: "Hi" };
const TOOL = { type: "function", function: { name: "Bash" } };

function calling(...ids: string[]): Record<string, unknown> {
  const tool_calls = ids.map((id) => ({
    id,
    type: "function",
    function: { name: "Bash", arguments: "{}" },
  }));
  return { role: "assistant", content: null, tool_calls };
}

function result(tool_call_id: string, content: unknown = "ok"): unknown {
  return { role: "tool", tool_call_id, content };
}

function body(rest: Record<string, unknown>): string {
  return JSON.stringify({ model: "demo", messages: [USER], ...rest });
}

function messages(...list: unknown[]): string {
  return body({ messages: list });
}

const REFUSED: [name: string, bodyText: string, message: RegExp][] = [
  ["what is not JSON", "{", /could not parse the JSON body/],
  ["what is not an object", "[]", /Invalid ''/],
  ["a missing model", '{"messages":[]}', /^Missing .*'model'/],
  ["missing messages", '{"model":"demo"}', /^Missing .*'messages'/],
  ["no messages", messages(), /Invalid 'messages': empty array/],
  ["no tools", body({ tools: [] }), /Invalid 'tools': empty array/],
  [
    "a tool choice without tools",
    body({ tool_choice: "auto" }),
    /only allowed/,
  ],
  [
    "parallel_tool_calls without tools",
    body({ parallel_tool_calls: true }),
    /only allowed when 'tools'/,
  ],
  [
    "a choice of a tool that is not there",
    body({
      tools: [TOOL],
      tool_choice: { type: "function", function: { name: "Read" } },
    }),
    /Tool choice 'Read' not found/,
  ],
  [
    "a bad tool name",
    body({ tools: [{ type: "function", function: { name: "a.b" } }] }),
    /^Invalid 'tools\[0\]\.function\.name': string does not match pattern/,
  ],
  [
    "a long tool name",
    body({ tools: [{ type: "function", function: { name: "a".repeat(65) } }] }),
    /^Invalid 'tools\[0\]\.function\.name': string too long.* 64/,
  ],
  [
    "tool parameters that are not an object's",
    body({
      tools: [{ type: "function", function: { name: "a", parameters: {} } }],
    }),
    /'tools\[0\]\.function\.parameters\.type'/,
  ],
  [
    "stream options without a stream",
    body({ stream_options: { include_usage: true } }),
    /only allowed when 'stream'/,
  ],
  ["no tokens at all", body({ max_tokens: 0 }), /Invalid 'max_tokens'/],
  [
    "an unknown role",
    messages({ role: "x", content: "" }),
    /messages\[0\]\.role/,
  ],
  [
    "an assistant message without content",
    messages(USER, { role: "assistant", content: null }),
    /expected a string, got null/,
  ],
  [
    "a call that nothing answers",
    messages(USER, calling("a")),
    /did not have response messages: a$/,
  ],
  [
    "a call answered too late",
    messages(USER, calling("a"), USER, result("a")),
    /must be followed by tool messages.*: a$/,
  ],
  [
    "calls answered in part",
    messages(USER, calling("a", "b"), result("a"), USER),
    /did not have response messages: b$/,
  ],
  [
    "a tool message that answers nothing",
    messages(USER, result("a")),
    /must be a response to a preceeding message/,
  ],
  [
    "a tool message for another call",
    messages(USER, calling("a"), result("b"), result("a")),
    /'tool_call_id' of 'b' not found/,
  ],
  [
    "an image in a tool message",
    messages(
      USER,
      calling("a"),
      result("a", [{ type: "image_url", image_url: { url: "data:" } }]),
    ),
    /messages\[2\]\.content\[0\]\.type/,
  ],
];

for (const [name, bodyText, message] of REFUSED) {
  Deno.test(`parseChatRequest() refuses ${name}`, () => {
    throws(() => parseChatRequest(bodyText), { name: "BadRequest", message });
  });
}

Deno.test("parseChatRequest() names the parameter at fault", () => {
  let body: unknown;
  try {
    parseChatRequest(messages());
  } catch (thrown) {
    if (thrown instanceof BadRequest) body = thrown.toBody();
  }
  deepEqual(body, {
    error: {
      message: "Invalid 'messages': empty array. Expected an array with " +
        "minimum length 1, but got an empty array instead.",
      type: "invalid_request_error",
      param: "messages",
      code: "empty_array",
    },
  });
});

Deno.test("parseChatRequest() returns the body untouched", () => {
  const text = body({
    unknown: { field: [1] },
    messages: [
      { role: "developer", content: [{ type: "text", text: "Be kind" }] },
      USER,
      calling("a", "b"),
      result("b", [{ type: "text", text: "ok" }]),
      result("a"),
      { role: "assistant", content: "Done", reasoning_content: "Hm" },
    ],
    tools: [TOOL],
    tool_choice: "auto",
  });
  deepEqual(JSON.stringify(parseChatRequest(text)), text);
});
