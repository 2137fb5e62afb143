import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { assistant, text, toMessages, user } from "../../tests/builders.ts";
import { toServerToolText } from "./server_blocks.ts";

const result = (type: string, content: unknown) => ({
  type: `${type}_tool_result`,
  tool_use_id: "srv_1",
  content,
});

const ROWS: [string, Record<string, unknown>, string | null][] = [
  [
    "a use by what it asks",
    { type: "server_tool_use", name: "web_fetch", input: { url: "https://a" } },
    "[web_fetch: https://a]",
  ],
  [
    "a use of an MCP server's tool",
    {
      type: "mcp_tool_use",
      server_name: "jira",
      name: "search",
      input: { query: "bug", limit: 3 },
    },
    '[jira/search: {"query":"bug","limit":3}]',
  ],
  [
    "a listing by the tools' names",
    {
      type: "mcp_tool_listing",
      mcp_server_name: "jira",
      tools: [{ name: "search" }, { name: "get" }],
    },
    "[tools of jira: search, get]",
  ],
  [
    "an MCP result",
    result("mcp", [{ type: "text", text: "two bugs" }, { type: "image" }]),
    "[mcp result]\ntwo bugs",
  ],
  ["an MCP result of text", result("mcp", "none"), "[mcp result]\nnone"],
  [
    "a program's output",
    result("code_execution", {
      type: "code_execution_result",
      stdout: "4\n",
      stderr: "warning",
      return_code: 0,
      content: [],
    }),
    "[code_execution result]\n4\n\nwarning",
  ],
  [
    "a viewed file",
    result("text_editor_code_execution", {
      type: "text_editor_code_execution_view_result",
      content: "line",
      num_lines: 1,
    }),
    "[text_editor_code_execution result]\nline",
  ],
  [
    "advice",
    result("advisor", { type: "advisor_result", text: "Test first" }),
    "[advisor result]\nTest first",
  ],
  [
    "an error by its code",
    result("web_fetch", {
      type: "web_fetch_tool_result_error",
      error_code: "unavailable",
    }),
    "[web_fetch result]\nunavailable",
  ],
  [
    "a fetched page",
    result("web_fetch", {
      type: "web_fetch_result",
      url: "https://a",
      content: {
        type: "document",
        title: "A",
        source: { type: "text", media_type: "text/plain", data: "Hello" },
      },
    }),
    "[web_fetch result]\nhttps://a\nA\nHello",
  ],
  [
    "found tools",
    result("tool_search", {
      type: "tool_search_tool_search_result",
      tool_references: [{ type: "tool_reference", tool_name: "X" }],
    }),
    "[tool_search result]\nTool X is now available.",
  ],
  [
    "nothing of what only Anthropic can read",
    result("advisor", {
      type: "advisor_redacted_result",
      encrypted_content: "x",
    }),
    null,
  ],
  ["nothing of other blocks", { type: "fallback", from: {}, to: {} }, null],
  ["nothing of a block without type", {}, null],
];

for (const [what, block, expected] of ROWS) {
  Deno.test(`toServerToolText() tells ${what}`, () => {
    equal(toServerToolText(block), expected);
  });
}

Deno.test("toServerToolText() cuts long results and deep ones", () => {
  const long = toServerToolText(result("mcp", "x".repeat(100_000))) ?? "";
  ok(long.length < 5_000 && long.endsWith("…"), `${long.length}`);
  let deep: unknown = "end";
  for (let i = 0; i < 400; i++) deep = { content: deep };
  equal(toServerToolText(result("mcp", deep)), null);
});

Deno.test("history keeps what the servers' tools said as the assistant's words (R46)", () => {
  const chat = toMessages([
    user(text("Look")),
    assistant(
      text("I look."),
      { type: "mcp_tool_use", server_name: "s", name: "n", input: {} },
      result("mcp", "found"),
      text("There it is."),
    ),
    user(text("Go on")),
  ]);
  deepEqual(chat[1], {
    role: "assistant",
    content: "I look.\n[s/n: {}]\n\n[mcp result]\nfound\nThere it is.",
  });
});
