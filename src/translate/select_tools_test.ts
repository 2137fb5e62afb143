import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  aRequest,
  assistant,
  aTarget,
  text,
  toChat,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import { toAnswerContext } from "./answer_context.ts";
import { parseMessagesRequest } from "../anthropic/request.ts";

const tool = (name: string, rest: Record<string, unknown> = {}) => ({
  name,
  input_schema: { type: "object", properties: {} },
  ...rest,
});
const later = (name: string) => tool(name, { defer_loading: true });
const TOOLS = [later("X"), tool("A"), later("Y"), tool("B")];

const system = (...content: unknown[]) => ({ role: "system", content });
const reference = (name: string) => ({ type: "tool_reference", name });
const definition = (definition: unknown) => ({
  type: "tool_definition",
  definition,
});
const add = (tool: unknown) => ({ type: "tool_addition", tool });
const remove = (tool: unknown) => ({ type: "tool_removal", tool });
const found = (id: string, ...names: string[]) =>
  user(toolResult(
    id,
    names.map((tool_name) => ({ type: "tool_reference", tool_name })),
  ));
const search = (id: string) => assistant(toolUse(id, "A"));
const hi = user(text("hi"));

const namesOf = (fields: Record<string, unknown>) =>
  (toChat({ tools: TOOLS, ...fields }).tools ?? [])
    .map((tool) => tool.function.name);

Deno.test("selectTools() keeps deferred tools out until they are loaded (R23)", () => {
  deepEqual(namesOf({ messages: [hi] }), ["A", "B"]);
});

Deno.test("selectTools() appends what the history loads, in the order it does (R22, R24)", () => {
  const messages = [hi, search("1"), found("1", "Y")];
  deepEqual(namesOf({ messages }), ["A", "B", "Y"]);
  const further = [
    ...messages,
    assistant(toolUse("2", "Y")),
    user(toolResult("2", "done")),
    system(add(reference("X"))),
  ];
  deepEqual(namesOf({ messages: further }), ["A", "B", "Y", "X"]);
});

Deno.test("selectTools() keeps the tools' bytes from turn to turn (R24)", () => {
  const turns = [
    hi,
    search("1"),
    found("1", "Y"),
    search("2"),
    found("2", "X", "Y"),
    system(add(definition(tool("Z")))),
  ];
  const bytes = [1, 3, 5, 6].map((length) =>
    toChat({ tools: TOOLS, messages: turns.slice(0, length) }).tools ?? []
  );
  for (const [index, before] of bytes.slice(0, -1).entries()) {
    const after = bytes[index + 1] ?? [];
    equal(
      JSON.stringify(after.slice(0, before.length)),
      JSON.stringify(before),
    );
  }
  equal(bytes.at(-1)?.length, 5);
});

Deno.test("selectTools() takes removed tools out and adds them again last", () => {
  const messages = [hi, system(remove(reference("A")))];
  deepEqual(namesOf({ messages }), ["B"]);
  const again = [...messages, system(add(reference("A")))];
  deepEqual(namesOf({ messages: again }), ["B", "A"]);
});

Deno.test("selectTools() does not bring a removed tool back because it is used", () => {
  const messages = [
    hi,
    system(remove(reference("A"))),
    search("1"),
    user(toolResult("1", "gone")),
  ];
  deepEqual(namesOf({ messages }), ["B"]);
});

Deno.test("selectTools() adds tools that messages define", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const messages = [
    hi,
    system(add(definition(tool("New", { input_schema: schema })))),
  ];
  const { tools } = toChat({ tools: TOOLS, messages });
  deepEqual(tools?.at(-1), {
    type: "function",
    function: { name: "New", parameters: schema },
  });
  deepEqual(namesOf({ tools: undefined, messages }), ["New"]);
});

Deno.test("selectTools() follows the changes a summary carries", () => {
  const summary = {
    type: "compaction",
    content: "We looked at it.",
    tool_changes: [add(reference("Y")), remove(reference("A"))],
  };
  const messages = [hi, search("1"), found("1", "X"), assistant(summary), hi];
  deepEqual(namesOf({ messages }), ["B", "Y"]);
});

Deno.test("selectTools() loads the deferred tool a choice names", () => {
  const tool_choice = { type: "tool", name: "X" };
  deepEqual(namesOf({ tool_choice }), ["A", "B", "X"]);
});

Deno.test("selectTools() refuses the choice of a tool that was removed", () => {
  const fields = {
    messages: [hi, system(remove(reference("A")))],
    tool_choice: { type: "tool", name: "A" },
  };
  throws(() => namesOf(fields), {
    type: "invalid_request_error",
    message: /^tool_choice: .*"A"/,
  });
});

Deno.test("history tells the model of changed tools", () => {
  const mcp = { type: "mcp_tool_reference", server_name: "s", name: "n" };
  const messages = [
    hi,
    system(add(reference("X")), remove(reference("B")), add(mcp)),
  ];
  const told = JSON.stringify(toChat({ tools: TOOLS, messages }).messages);
  equal(told.includes("Tool X is now available."), true);
  equal(told.includes("Tool B is no longer available."), true);
});

Deno.test("answers give defined tools their own long names back (R33)", () => {
  const name = `mcp__${"long_".repeat(20)}`;
  const messages = [hi, system(add(definition(tool(name))))];
  const { toolNames } = toAnswerContext(aRequest({ messages }), {
    target: aTarget(),
    messageId: "msg_1",
    inputTokens: 1,
    newToolUseId: () => "toolu_1",
  });
  deepEqual([...toolNames.values()], [name]);
});

const MALFORMED: [string, unknown, string][] = [
  [
    "an addition without a tool",
    { type: "tool_addition" },
    "messages.0.content.0.tool: Field required",
  ],
  [
    "a reference without a name",
    add({ type: "tool_reference" }),
    "messages.0.content.0.tool.name: Field required",
  ],
  [
    "a definition without a tool",
    add({ type: "tool_definition" }),
    "messages.0.content.0.tool.definition: Field required",
  ],
  [
    "a defined schema that is text",
    add(definition({ name: "X", input_schema: "object" })),
    "messages.0.content.0.tool.definition.input_schema: Invalid input: expected record, received string",
  ],
  [
    "a change in a summary without a tool",
    { type: "compaction", content: "s", tool_changes: [{}] },
    "messages.0.content.0.tool_changes.0.type: Invalid discriminator value. Expected 'tool_addition' | 'tool_removal'",
  ],
];

for (const [what, block, message] of MALFORMED) {
  Deno.test(`parseMessagesRequest() refuses ${what} by name (R67)`, () => {
    const messages = [system(block)];
    const body = { model: "m", max_tokens: 1, messages };
    throws(() => parseMessagesRequest(body), { status: 400, message });
  });
}
