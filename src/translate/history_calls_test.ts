import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  assistant,
  image,
  text,
  toMessages,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import type { Capabilities } from "../openai/capabilities.ts";

const IN_PLACE = { laterSystem: "in place", systemRole: "developer" } as const;
const system = (content: unknown, rest = {}) => ({
  role: "system",
  content,
  ...rest,
});
const call = (id: string, name = "Bash", args = "{}") => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const calls = (...ids: string[]) => ({
  role: "assistant",
  content: null,
  tool_calls: ids.map((id) => call(id)),
});
const tool = (tool_call_id: string, content: string) => ({
  role: "tool",
  tool_call_id,
  content,
});
const said = (content: string) => ({ role: "user", content });

interface Row {
  promise: string;
  messages: unknown[];
  given?: Partial<Capabilities>;
  expected: unknown[];
}

const ROWS: Row[] = [
  {
    promise: "puts later system text after the tool messages",
    messages: [
      user(text("q")),
      assistant(toolUse("T1")),
      user(toolResult("T1", "r"), text("go")),
      system("S2"),
    ],
    expected: [
      said("q"),
      calls("T1"),
      tool("T1", "r"),
      said("go\n\n<system-reminder>\nS2\n</system-reminder>"),
    ],
  },
  {
    promise: "keeps system text for this turn, through its tool results (R8)",
    messages: [
      user(text("q")),
      system("S2", { clear_at: "next_user_message" }),
      assistant(toolUse("T1")),
      user(toolResult("T1", "r")),
      system("S3", { clear_at: "next_user_message" }),
    ],
    given: IN_PLACE,
    expected: [
      said("q"),
      { role: "developer", content: "S2" },
      calls("T1"),
      tool("T1", "r"),
      { role: "developer", content: "S3" },
    ],
  },
  {
    promise: "sends text and calls and no thinking (R12)",
    messages: [
      user(text("q")),
      assistant(
        { type: "thinking", thinking: "hm", signature: "EqQB" },
        text("x"),
        toolUse("T1", "Bash", { command: "ls" }),
      ),
      user(toolResult("T1", "r")),
    ],
    expected: [
      said("q"),
      {
        role: "assistant",
        content: "x",
        tool_calls: [call("T1", "Bash", '{"command":"ls"}')],
      },
      tool("T1", "r"),
    ],
  },
  {
    promise: "sends null for a turn of calls with blank text alone (R13)",
    messages: [
      user(text("q")),
      assistant(text(" \n"), toolUse("T1")),
      user(toolResult("T1", "r")),
    ],
    expected: [said("q"), calls("T1"), tool("T1", "r")],
  },
  {
    promise: "puts results into the order of the calls, before the text (R15)",
    messages: [
      user(text("q")),
      assistant(toolUse("T1"), toolUse("T2")),
      user(toolResult("T2", "r2"), toolResult("T1", "r1"), text("go")),
    ],
    expected: [
      said("q"),
      calls("T1", "T2"),
      tool("T1", "r1"),
      tool("T2", "r2"),
      said("go"),
    ],
  },
  {
    promise: "puts images of parallel results after all tool messages (R20)",
    messages: [
      user(text("q")),
      assistant(toolUse("T1"), toolUse("T2")),
      user(toolResult("T1", [image()]), toolResult("T2", "r2")),
    ],
    expected: [
      said("q"),
      calls("T1", "T2"),
      tool("T1", "[see attached image 1]"),
      tool("T2", "r2"),
      {
        role: "user",
        content: [{
          type: "image_url",
          image_url: { url: "data:image/png;base64,aGk=" },
        }],
      },
    ],
  },
  {
    promise: "tells a result without its call as text (R25)",
    messages: [user(toolResult("T9", "r"), text("go"))],
    expected: [said("[Result of tool call T9]\nr\n\ngo")],
  },
  {
    promise: "tells a second result of a call as text",
    messages: [
      user(text("q")),
      assistant(toolUse("T1")),
      user(toolResult("T1", "r"), toolResult("T1", "again")),
    ],
    expected: [
      said("q"),
      calls("T1"),
      tool("T1", "r"),
      said("[Result of tool call T1]\nagain"),
    ],
  },
  {
    promise: "answers a call without a result itself (R26)",
    messages: [user(text("q")), assistant(toolUse("T1")), user(text("go"))],
    expected: [
      said("q"),
      calls("T1"),
      tool("T1", "[no result: the tool call was interrupted]"),
      said("go"),
    ],
  },
  {
    promise: "tells repeated ids apart, over turns and within one (R27)",
    messages: [
      user(text("q")),
      assistant(toolUse("call_0")),
      user(toolResult("call_0", "one")),
      assistant(toolUse("call_0"), toolUse("call_0")),
      user(toolResult("call_0", "two"), toolResult("call_0", "three")),
    ],
    expected: [
      said("q"),
      calls("call_0"),
      tool("call_0", "one"),
      calls("call_0_2", "call_0_3"),
      tool("call_0_2", "two"),
      tool("call_0_3", "three"),
    ],
  },
];

for (const { promise, messages, given, expected } of ROWS) {
  Deno.test(`translateHistory() ${promise}`, () => {
    deepEqual(toMessages(messages, given), expected);
  });
}

Deno.test("translateHistory() keeps ids apart that look like its own repairs (R27)", () => {
  for (const ids of [["T", "T", "T_2"], ["T_2", "T", "T"]]) {
    const messages = ids.flatMap((id) => [
      assistant(toolUse(id)),
      user(toolResult(id, "r")),
    ]);
    const sent = toMessages([user(text("q")), ...messages])
      .flatMap((message) => "tool_calls" in message ? message.tool_calls : [])
      .map((call) => call?.id);
    equal(new Set(sent).size, ids.length, sent.join(", "));
  }
});

Deno.test("translateHistory() numbers attachments without counting text", () => {
  const [message] = toMessages([
    user(text("look")),
    user(toolResult("T9", [image()])),
  ], { textParts: true });
  const sent = JSON.stringify(message);
  equal(sent.includes("[see attached image 1]"), true, sent);
});

Deno.test("translateHistory() sends input that was no JSON as JSON (R41)", () => {
  const input = { __unparsedToolInput: { raw: '{"a', len: 3 } };
  const [, turn] = toMessages([
    user(text("q")),
    assistant(toolUse("T1", "Bash", input)),
    user(toolResult("T1", "InputValidationError", { is_error: true })),
  ]);
  const calls = turn?.role === "assistant" ? turn.tool_calls : undefined;
  deepEqual(JSON.parse(calls?.[0]?.function.arguments ?? ""), input);
});
