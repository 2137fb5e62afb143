/**
 * Request translation: tools and tool choice.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, toolCallChunk } from "../../../src/demo/chunks.ts";
import { json } from "../../../src/demo/replies.ts";
import { assistant, text, toolResult, toolUse, user } from "../../builders.ts";
import type { Case } from "../case.ts";
import type { Fields, Place } from "../place.ts";
import { call, completion, tool, wordsOf } from "../wire.ts";

/** The translation of one tool. */
async function translated(place: Place, given: Fields, messages?: unknown[]) {
  const chat = await place.sent({
    tools: [given],
    ...(messages ? { messages } : {}),
  });
  ok(chat.tools?.[0]);
  return chat.tools[0].function;
}

const DEFERRED = { defer_loading: true };

/** A turn in which the client's tool search found a tool. */
function found(id: string, tool_name: string): unknown[] {
  const reference = { type: "tool_reference", tool_name };
  return [
    assistant(toolUse(id, "ToolSearch", { query: tool_name })),
    user(toolResult(id, [reference])),
  ];
}

const SEARCHING = [
  tool("ToolSearch"),
  tool("CronList", DEFERRED),
  tool("Bash"),
  tool("Notebook", DEFERRED),
];

/** Names of the tools we sent. */
async function offered(place: Place, fields: Fields): Promise<string[]> {
  const { tools } = await place.sent(fields);
  return (tools ?? []).map((tool) => tool.function.name);
}

/** An MCP tool's name that is too long for upstreams. */
const LONG = `mcp__${"server_".repeat(11)}list_all`.padEnd(90, "x");

const CLOSED = {
  type: "object",
  properties: { a: { type: "string" } },
  required: ["a"],
  additionalProperties: false,
};

/** The translation of a forced choice if not every choice is supported. */
const FORCED: Readonly<Record<string, string>> = {
  "llama.cpp": "required",
  lmstudio: "required",
  mistral: "any",
  ollama: "auto",
  zhipu: "auto",
};

export const TOOL_CASES: readonly Case[] = [
  {
    id: "R22",
    title: "a tool that was found is offered from then on, after the others",
    at: "every",
    async run(place) {
      const messages = [user(text("q")), ...found("toolu_1", "CronList")];
      const chat = await place.sent({ tools: SEARCHING, messages });
      const result = chat.messages.find(({ role }) => role === "tool");
      equal(wordsOf(result), "Tool CronList is now available.");
      const names = chat.tools?.map((tool) => tool.function.name);
      deepEqual(names, ["ToolSearch", "Bash", "CronList"]);
    },
  },
  {
    id: "R23",
    title: "deferred tools and their placeholder are not offered",
    at: "every",
    async run(place) {
      const tools = [...SEARCHING, tool("DeferredToolPlaceholder")];
      deepEqual(await offered(place, { tools }), ["ToolSearch", "Bash"]);
    },
  },
  {
    id: "R24",
    title: "the next found tool is added at the end, the rest keeps its bytes",
    at: "every",
    async run(place) {
      const first = [user(text("q")), ...found("toolu_1", "Notebook")];
      const next = [...first, ...found("toolu_2", "CronList")];
      const listOf = async (messages: unknown[]) =>
        (await place.sent({ tools: SEARCHING, messages })).tools
          ?.map((tool) => JSON.stringify(tool)) ?? [];
      const before = await listOf(first);
      const after = await listOf(next);
      deepEqual(after.slice(0, before.length), before);
      equal(after.length, before.length + 1);
    },
  },
  {
    id: "R29",
    title: "a choice of tools is said in the upstream's words",
    at: "every",
    byDesign:
      "an upstream that knows fewer choices is offered fewer tools: the one that is meant, or none",
    async run(place) {
      const tools = [tool("Bash"), tool("Read")];
      const chose = async (tool_choice: unknown) => {
        const chat = await place.sent({ tools, tool_choice });
        const names = chat.tools?.map((tool) => tool.function.name);
        return { chat, choice: chat.tool_choice, names };
      };
      const forced = FORCED[place.name];
      const none = await chose({ type: "none" });
      if (forced !== "auto") equal(none.choice, "none");
      else equal(none.names, undefined);
      const any = await chose({ type: "any" });
      equal(any.choice, forced ?? "required");
      const one = await chose({ type: "tool", name: "Read" });
      const named = { type: "function", function: { name: "Read" } };
      deepEqual(one.choice, forced ?? named);
      deepEqual(one.names, forced ? ["Read"] : ["Bash", "Read"]);
      const single = { type: "auto", disable_parallel_tool_use: true };
      const { chat } = await chose(single);
      equal(chat.tool_choice, "auto");
      const { parallelToolCalls } = place.capabilities;
      equal(chat.parallel_tool_calls, parallelToolCalls ? false : undefined);
    },
  },
  {
    id: "R30",
    title: "Mistral is told `any`, with the one tool that is meant",
    at: ["mistral"],
    async run(place) {
      const tools = [tool("Bash"), tool("Read")];
      const any = await place.sent({ tools, tool_choice: { type: "any" } });
      equal(any.tool_choice, "any");
      const tool_choice = { type: "tool", name: "Read" };
      const one = await place.sent({ tools, tool_choice });
      equal(one.tool_choice, "any");
      deepEqual(one.tools?.map((tool) => tool.function.name), ["Read"]);
    },
  },
  {
    id: "R31",
    title: "a schema without properties gets an empty set of them",
    at: "every",
    async run(place) {
      const given = tool("Bash", { input_schema: { type: "object" } });
      const { parameters } = await translated(place, given);
      deepEqual(parameters, { type: "object", properties: {} });
    },
  },
  {
    id: "R32",
    title: "schema keywords are left out only where they are refused",
    at: ["gemini", "openai", "responses"],
    async run(place) {
      const input_schema = {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: {
          n: { type: "integer", exclusiveMinimum: 0, maximum: 2 ** 53 - 1 },
        },
        additionalProperties: false,
      };
      const { parameters } = await translated(
        place,
        tool("Bash", { input_schema }),
      );
      if (place.name !== "gemini") {
        return deepEqual(parameters, input_schema);
      }
      deepEqual(Object.keys(Object(parameters.properties)), ["n"]);
      const text = JSON.stringify(parameters);
      for (const word of ["$schema", "exclusiveMinimum", "9007199254740991"]) {
        equal(text.includes(word), false, text);
      }
    },
  },
  {
    id: "R33",
    title: "a long tool name is cut for the upstream and whole in the answer",
    at: "every",
    async run(place) {
      const asked = { tools: [tool(LONG)] };
      const { name } = await translated(place, tool(LONG));
      match(name, /^[\w-]{1,64}$/);
      equal((await translated(place, tool(LONG))).name, name);
      const answer = json(
        completion({ content: null, tool_calls: [call(name)] }, "tool_calls"),
      );
      const { content: [block] } = await place.message(answer, asked);
      equal(Object(block).name, LONG);
      const list = [
        toolCallChunk({ id: "a", name }),
        finishChunk("tool_calls"),
      ];
      const { message } = await place.streams(list, asked);
      equal(Object(message.content[0]).name, LONG);
    },
  },
  {
    id: "R34",
    title: "long names that begin alike stay different",
    at: "every",
    async run(place) {
      const start = LONG.slice(0, 80);
      const tools = [tool(`${start}_one`), tool(`${start}_two`)];
      const [one, two] = await offered(place, { tools });
      notEqual(one, two);
    },
  },
  {
    id: "R35",
    title: "strict is passed on for closed schemas alone",
    at: "every",
    async run(place) {
      const strictOf = async (input_schema: unknown) =>
        (await translated(place, tool("A", { strict: true, input_schema })))
          .strict;
      equal(await strictOf({ type: "object", properties: {} }), undefined);
      const isTaken = place.capabilities.strictTools;
      equal(await strictOf(CLOSED), isTaken ? true : undefined);
    },
  },
  {
    id: "R36",
    title: "a tool known by its type alone gets its schema",
    at: "every",
    async run(place) {
      const typed = { type: "bash_20250124", name: "bash" };
      const { name, parameters } = await translated(place, typed);
      equal(name, "bash");
      const properties = Object(parameters.properties);
      deepEqual(Object.keys(properties), ["command", "restart"]);
    },
  },
  {
    id: "R37",
    title: "a tool that no upstream can offer is refused by its type",
    at: "once",
    async run(place) {
      const tools = [{ type: "computer_20251124", name: "computer" }];
      const { status, error } = await place.refuses(() => undefined, { tools });
      equal(status, 400);
      equal(error.type, "invalid_request_error");
      match(error.message, /computer_20251124/);
    },
  },
  {
    id: "R40",
    title: "arguments come through with every value as it was",
    at: "every",
    async run(place) {
      const input = { "é": "日本 😀", deep: [{ n: 1.0, big: 1e21 }, null] };
      const messages = [
        user(text("q")),
        assistant(toolUse("toolu_1", "Bash", input)),
        user(toolResult("toolu_1", "r")),
      ];
      const { messages: sent } = await place.sent({ messages });
      const { tool_calls } = Object(sent[1]);
      deepEqual(JSON.parse(tool_calls[0].function.arguments), input);
    },
  },
  {
    id: "R41",
    title: "a call that could not be read goes back as an object",
    at: "every",
    async run(place) {
      const input = { __unparsedToolInput: { raw: "{a", len: 2 } };
      const messages = [
        user(text("q")),
        assistant(toolUse("toolu_1", "Bash", input)),
        user(toolResult("toolu_1", "r")),
      ];
      const { messages: sent } = await place.sent({ messages });
      const { tool_calls } = Object(sent[1]);
      deepEqual(JSON.parse(tool_calls[0].function.arguments), input);
    },
  },
];
