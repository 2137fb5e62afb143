import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  aRequest,
  assistant,
  aTarget,
  capable,
  text,
  toChat,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { Notices } from "./notices.ts";
import { changedNames, translateTools } from "./tools.ts";

const tool = (name: string, rest: Record<string, unknown> = {}) => ({
  name,
  input_schema: { type: "object" },
  ...rest,
});

function toolsOf(
  fields: Record<string, unknown>,
  given: Partial<Capabilities> = {},
) {
  const notices = new Notices();
  const capabilities = capable(given);
  const translated = translateTools(aRequest(fields), {
    capabilities,
    notices,
  });
  return { ...translated, notices: notices.list() };
}

const namesOf = (fields: Record<string, unknown>) =>
  toolsOf(fields).tools?.map((tool) => tool.function.name);

Deno.test("translateTools() sends neither tools nor choice where there are none (R28)", () => {
  const tool_choice = { type: "auto", disable_parallel_tool_use: true };
  for (const tools of [[], null, undefined]) {
    const chat = toChat({ tools, tool_choice });
    deepEqual(Object.keys(chat), ["model", "messages", "max_tokens", "stream"]);
  }
});

Deno.test("translateTools() translates every choice (R29)", () => {
  const x = { type: "function", function: { name: "X" } };
  for (
    const [type, expected] of [
      ["auto", "auto"],
      ["any", "required"],
      ["tool", x],
      ["none", "none"],
    ] as const
  ) {
    const name = type === "tool" ? { name: "X" } : {};
    const tool_choice = { type, ...name };
    const { tool_choice: chosen, parallel_tool_calls } = toolsOf({
      tools: [tool("X")],
      tool_choice,
    });
    deepEqual(chosen, expected);
    equal(parallel_tool_calls, undefined);
    const single = { ...tool_choice, disable_parallel_tool_use: true };
    const fields = { tools: [tool("X")], tool_choice: single };
    equal(toolsOf(fields).parallel_tool_calls, false);
    const unaware = toolsOf(fields, { parallelToolCalls: false });
    equal("parallel_tool_calls" in unaware, false);
  }
});

Deno.test("translateTools() refuses the choice of a tool that is not offered", () => {
  const tool_choice = { type: "tool", name: "Y" };
  throws(() => toolsOf({ tools: [tool("X")], tool_choice }), {
    type: "invalid_request_error",
    message: /"Y"/,
  });
});

Deno.test("translateTools() completes a schema of an object and keeps the rest (R31, R32)", () => {
  const full = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: { n: { type: "integer", maximum: 9007199254740991 } },
    required: ["n"],
    additionalProperties: false,
  };
  for (
    const [input_schema, expected] of [
      [{ type: "object" }, { type: "object", properties: {} }],
      [{}, { type: "object", properties: {} }],
      [undefined, { type: "object", properties: {} }],
      [full, full],
    ]
  ) {
    const { tools } = toolsOf({ tools: [{ name: "X", input_schema }] });
    deepEqual(tools?.[0]?.function.parameters, expected);
  }
});

Deno.test("translateTools() sends name, description and schema alone", () => {
  const { tools } = toolsOf({
    tools: [tool("X", {
      description: "D",
      type: "custom",
      cache_control: { type: "ephemeral" },
      eager_input_streaming: true,
      allowed_callers: ["direct"],
    })],
  });
  deepEqual(tools, [{
    type: "function",
    function: {
      name: "X",
      description: "D",
      parameters: { type: "object", properties: {} },
    },
  }]);
});

const LONG = `mcp__${"server_".repeat(11)}tool_one`;
const TWIN = LONG.replace("one", "two");

Deno.test("translateTools() shortens long names to ones that stay apart (R33, R34)", () => {
  const names = namesOf({ tools: [tool(LONG), tool(TWIN)] }) ?? [];
  for (const name of names) match(name, /^[\w-]{1,64}$/);
  notEqual(names[0], names[1]);
  deepEqual(names, namesOf({ tools: [tool(LONG), tool(TWIN)] }));
});

Deno.test("translateTools() gives a long name the same short one everywhere (R33)", () => {
  const chat = toChat({
    tools: [tool(LONG)],
    tool_choice: { type: "tool", name: LONG },
    messages: [
      user(text("q")),
      assistant(toolUse("T1", LONG)),
      user(toolResult("T1", "r")),
    ],
  });
  const [name = ""] = namesOf({ tools: [tool(LONG)] }) ?? [];
  equal(JSON.stringify(chat).split(name).length - 1, 3);
  equal(JSON.stringify(chat).includes(LONG), false);
  deepEqual([
    ...changedNames(aRequest({ tools: [tool(LONG), tool("X")] }).tools),
  ], [
    [name, LONG],
  ]);
});

Deno.test("translateTools() is strict where asked and the schema is closed (R35)", () => {
  const closed = {
    type: "object",
    properties: {},
    additionalProperties: false,
  };
  for (
    const [input_schema, strict, strictTools, expected] of [
      [closed, true, true, true],
      [{ type: "object" }, true, true, undefined],
      [closed, undefined, true, undefined],
      [closed, true, false, undefined],
    ] as const
  ) {
    const fields = { tools: [{ name: "X", input_schema, strict }] };
    const { tools } = toolsOf(fields, { strictTools });
    equal(tools?.[0]?.function.strict, expected);
  }
});

Deno.test("translateTools() tells the schema of tools the API knows by type (R36)", () => {
  for (
    const [type, name, keys] of [
      ["bash_20250124", "bash", ["command", "restart"]],
      [
        "text_editor_20250728",
        "str_replace_based_edit_tool",
        ["command", "path"],
      ],
      ["memory_20250818", "memory", ["command"]],
    ] as const
  ) {
    const { tools } = toolsOf({ tools: [{ type, name }] });
    const { function: fn } = tools?.[0] ?? {};
    equal(fn?.name, name);
    const { properties } = fn?.parameters ?? {};
    for (const key of keys) {
      equal(Object(properties)[key] instanceof Object, true);
    }
  }
});

Deno.test("translateTools() refuses tools no upstream can offer, by type (R37)", () => {
  for (const type of ["computer_20251124", "browser_toolset_20260801"]) {
    throws(() => toolsOf({ tools: [{ type, name: "computer" }] }), {
      type: "invalid_request_error",
      status: 400,
      message: new RegExp(type),
    });
  }
});

Deno.test("translateTools() leaves out Anthropic's server tools and says so (R39)", () => {
  const search = { type: "web_search_20250305", name: "web_search" };
  const { tools, notices } = toolsOf({ tools: [search, tool("X")] });
  equal(tools?.length, 1);
  deepEqual(notices, ["tool web_search_20250305 left out"]);
});

const found = (...names: string[]) =>
  names.flatMap((tool_name, i) => [
    assistant(toolUse(`S${i}`, "ToolSearch")),
    user(toolResult(`S${i}`, [{ type: "tool_reference", tool_name }])),
  ]);
const later = { defer_loading: true };
const tools = [
  tool("CronList", later),
  tool("Bash"),
  tool("WebFetch", later),
  tool("DeferredToolPlaceholder"),
  tool("Read"),
];

Deno.test("translateTools() appends deferred tools in the order they were found (R22, R23, R24)", () => {
  const q = user(text("q"));
  for (
    const [messages, expected] of [
      [[q], ["Bash", "Read"]],
      [[q, ...found("WebFetch")], ["Bash", "Read", "WebFetch"]],
      [[q, ...found("WebFetch", "CronList")], [
        "Bash",
        "Read",
        "WebFetch",
        "CronList",
      ]],
      [[q, assistant(toolUse("T1", "CronList")), q], [
        "Bash",
        "Read",
        "CronList",
      ]],
    ] as const
  ) {
    deepEqual(namesOf({ tools, messages }), expected);
  }
});

Deno.test("translateTools() offers deferred tools at once where only Anthropic could find them", () => {
  const search = {
    type: "tool_search_tool_bm25_20251119",
    name: "tool_search_tool_bm25",
  };
  deepEqual(namesOf({ tools: [search, ...tools] }), [
    "CronList",
    "Bash",
    "WebFetch",
    "Read",
  ]);
});

Deno.test("translateTools() sends no more tools than the upstream takes, the used ones among them", () => {
  const many = ["A", "B", "C", "D"].map((name) => tool(name));
  const messages = [
    user(text("q")),
    assistant(toolUse("T1", "D")),
    user(toolResult("T1", "r")),
  ];
  const target = aTarget({ maxTools: 2 });
  const sent = toChat({ tools: many, messages }, target).tools ?? [];
  equal(sent.length, 2);
  equal(sent.some((tool) => tool.function.name === "D"), true);
});

Deno.test("translateTools() appends example inputs to the description", () => {
  const input_examples = [{ a: 1 }, { a: 2 }];
  const [sent] = toolsOf({
    tools: [tool("X", { description: "Adds.", input_examples })],
  }).tools ?? [];
  equal(
    sent?.function.description,
    'Adds.\n\nExamples of input:\n{"a":1}\n{"a":2}',
  );
});
