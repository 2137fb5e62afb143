/** A request like those of a long Claude Code session, of about `bytes` bytes. */
export function session(bytes: number): Record<string, unknown> {
  const messages: unknown[] = [
    { role: "user", content: [{ type: "text", text: "Find the bug." }] },
    { role: "system", content: "The working directory is clean." },
  ];
  const fixed = 40_000; // the system prompt and the tools
  for (let size = fixed; size < bytes; size += OUTPUT.length + 600) {
    const id = `toolu_${String(messages.length).padStart(24, "0")}`;
    messages.push({
      role: "assistant",
      content: [
        { type: "thinking", thinking: "I look closer.", signature: "none" },
        { type: "text", text: "Let me look at the next file." },
        { type: "tool_use", id, name: "Tool3", input: { command: "cat x.ts" } },
      ],
    }, {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: id, content: OUTPUT }],
    });
  }
  return {
    model: "claude-sonnet-5",
    max_tokens: 32_000,
    stream: true,
    system: [
      {
        type: "text",
        text: "x-anthropic-billing-header: cc_version=2; cch=1;",
      },
      {
        type: "text",
        text: PROSE.repeat(200),
        cache_control: { type: "ephemeral" },
      },
    ],
    tools: Array.from({ length: 15 }, (_, i) => tool(i)),
    messages,
    thinking: { type: "adaptive" },
    output_config: { effort: "high" },
    metadata: { user_id: JSON.stringify({ device_id: "d", session_id: "s" }) },
  };
}

const PROSE = "Prefer small steps, and say what you did and what you saw. ";
const OUTPUT =
  "export function add(a: number, b: number) {\n  return a + b;\n}\n"
    .repeat(40);

function tool(number: number) {
  return {
    name: `Tool${number}`,
    description: PROSE.repeat(15),
    input_schema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        command: { type: "string", description: "The command to run" },
        timeout: { type: "number", maximum: 9007199254740991 },
      },
      required: ["command"],
      additionalProperties: false,
    },
  };
}
