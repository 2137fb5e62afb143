import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { ChatMessage, ChatRequest, ChatTool } from "../openai/chat.ts";
import { answer } from "./model.ts";

const BASH = tool("Bash", {
  command: { type: "string" },
  timeout: { type: "number" },
  description: { type: "string" },
}, ["command", "description"]);
const READ = tool("Read", { file_path: { type: "string" } }, ["file_path"]);

function tool(
  name: string,
  properties: Record<string, unknown>,
  required: string[],
): ChatTool {
  const parameters = { type: "object", properties, required };
  return { type: "function", function: { name, parameters } };
}

function request(
  asked: string | ChatMessage[],
  rest: Partial<ChatRequest> = {},
): ChatRequest {
  const messages = typeof asked === "string"
    ? [{ role: "user" as const, content: asked }]
    : asked;
  return { model: "demo", messages, stream: false, ...rest };
}

/** The tool calls in short: `["Bash ls", "Read a.txt"]`. */
function calls(
  asked: string | ChatMessage[],
  rest: Partial<ChatRequest> = {},
): string[] {
  const { toolCalls = [] } = answer(
    request(asked, { tools: [BASH, READ], ...rest }),
  );
  return toolCalls.map((call) =>
    `${call.name} ${call.arguments.command ?? call.arguments.file_path}`
  );
}

/** A conversation whose instruction has been answered by a tool. */
function answered(asked: string, result: string): ChatMessage[] {
  const call = { name: "Bash", arguments: '{"command":"ls"}' };
  return [
    { role: "user", content: asked },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: call }],
    },
    { role: "tool", tool_call_id: "call_1", content: result },
  ];
}

Deno.test("answer() says what it is and what was asked", () => {
  const { text = "", toolCalls, reasoning } = answer(request("Who are you?"));
  match(text, /demo upstream/);
  match(text, /Who are you\?/);
  equal(toolCalls, undefined);
  equal(reasoning, undefined);
});

Deno.test("answer() finds the instruction before reminders and system messages", () => {
  const { text = "" } = answer(request([
    { role: "user", content: "Earlier question" },
    { role: "assistant", content: "Earlier answer" },
    {
      role: "user",
      content: [
        { type: "text", text: "<system-reminder>Run ls</system-reminder>" },
        { type: "text", text: "Latest question" },
        { type: "text", text: "<system-reminder>\nUnclosed" },
      ],
    },
    { role: "system", content: "Be brief" },
    { role: "developer", content: "Be kind" },
  ]));
  match(text, /Latest question/);
  ok(!/Earlier|Run ls|Unclosed|Be /.test(text));
});

for (
  const [asked, expected] of [
    ["run `ls -la`", ["Bash ls -la"]],
    ["Please run echo hi.", ["Bash echo hi"]],
    ["run ls .", ["Bash ls ."]],
    ["Execute the command 'a; b'", ["Bash a; b"]],
    ["run `a` and run `b`", ["Bash a", "Bash b"]],
    ["run a; read b", ["Bash a", "Read b"]],
    ["read x and read y", ["Read x", "Read y"]],
    ["Read src/main.ts and tell me about it", ["Read src/main.ts"]],
    ["Read the file /etc/hostname, then run date", [
      "Read /etc/hostname",
      "Bash date",
    ]],
    ['read "a b.txt"', ["Read a b.txt"]],
    ["run echo read me and you", ["Bash echo read me and you"]],
    ["Use the shell to run: date", ["Bash date"]],
    ["Do you like to read?", []],
    ["Please readjust it", []],
    ["Read a book about dogs", []],
    ["How do I run this?", []],
    [`run ${"very ".repeat(300)}long`, []],
  ] as const
) {
  Deno.test(`answer() calls ${JSON.stringify(expected)} for "${asked.slice(0, 60)}"`, () => {
    deepEqual(calls(asked), expected.slice());
  });
}

Deno.test("answer() fills the other required properties of a tool", () => {
  const { toolCalls } = answer(request("run `ls`", { tools: [BASH] }));
  deepEqual(toolCalls, [{
    name: "Bash",
    arguments: { command: "ls", description: "Run ls" },
  }]);
});

Deno.test("answer() never calls a tool that is not offered or not allowed", () => {
  deepEqual(calls("run ls", { tools: [READ] }), []);
  deepEqual(calls("run ls", { tool_choice: "none" }), []);
});

Deno.test("answer() calls one tool where parallel calls are forbidden", () => {
  const calledTools = calls("run a; run b", { parallel_tool_calls: false });
  deepEqual(calledTools, ["Bash a"]);
});

Deno.test("answer() calls a tool when it must", () => {
  deepEqual(calls("Hello there", { tool_choice: "required" }), [
    "Bash Hello there",
  ]);
  const named = { type: "function" as const, function: { name: "Read" } };
  deepEqual(calls("Hello there", { tool_choice: named }), ["Read Hello there"]);
  deepEqual(calls("run a; read b", { tool_choice: named }), ["Read b"]);
});

Deno.test("answer() quotes tool results and never calls again", () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");
  const messages: ChatMessage[] = [
    ...answered("run ls", lines),
    {
      role: "user",
      content: "<system-reminder>Go on and run ls</system-reminder>",
    },
  ];
  for (const choice of ["auto", "required"] as const) {
    const { text = "", toolCalls } = answer(
      request(messages, { tools: [BASH], tool_choice: choice }),
    );
    equal(toolCalls, undefined);
    match(text, /```\nline 0\nline 1\n/);
    match(text, /… 12 more lines/);
  }
});

Deno.test("answer() calls again for a new instruction", () => {
  const next = { role: "user" as const, content: "run pwd" };
  deepEqual(calls([...answered("run ls", "a"), next]), ["Bash pwd"]);
});

Deno.test("answer() delivers through a final-result tool exactly once", () => {
  const final = tool("StructuredOutput", { sum: { type: "integer" } }, ["sum"]);
  const tools = [BASH, final];
  const first = answer(request("run ls", { tools }));
  equal(first.toolCalls?.[0]?.name, "Bash");
  const messages = answered("run ls", "a");
  const second = answer(request(messages, { tools }));
  deepEqual(second.toolCalls, [{
    name: "StructuredOutput",
    arguments: { sum: 1 },
  }]);
  const done = JSON.parse(
    JSON.stringify(messages).replaceAll("Bash", "StructuredOutput"),
  );
  equal(answer(request(done, { tools })).toolCalls, undefined);
});

Deno.test("answer() reasons where the request switches it on", () => {
  const reasons = (rest: Partial<ChatRequest>) =>
    answer(request("Hello", rest)).reasoning !== undefined;
  ok(reasons({ reasoning_effort: "low" }));
  ok(reasons({ thinking: { type: "enabled" } }));
  ok(reasons({ reasoning: { effort: "high" } }));
  ok(!reasons({ reasoning_effort: "none" }));
  ok(!reasons({ thinking: { type: "disabled" } }));
  ok(!reasons({ reasoning: { enabled: false } }));
});

Deno.test("answer() keeps to a response format", () => {
  const schema = {
    type: "object",
    properties: { title: { type: "string" }, isNew: { type: "boolean" } },
    required: ["title", "isNew"],
  };
  const json_schema = { name: "title", schema, strict: true };
  const { text = "" } = answer(
    request("fix the flaky login test, it fails on Mondays", {
      response_format: { type: "json_schema", json_schema },
    }),
  );
  deepEqual(JSON.parse(text), {
    title: "Fix the flaky login test, it",
    isNew: true,
  });
  const loose = answer(
    request("Hi", { response_format: { type: "json_object" } }),
  );
  deepEqual(JSON.parse(loose.text ?? ""), { answer: "Hi" });
});
