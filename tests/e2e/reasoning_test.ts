import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  chunk,
  finishChunk,
  reasoningChunk,
  textChunk,
  toolCallChunk,
} from "../../src/demo/chunks.ts";
import { chunks, type Reply } from "../../src/demo/replies.ts";
import { setStage } from "./stage.ts";

const REASONING = "The user wants the sum, so I let the shell add.";
const DETAILS = [
  { type: "reasoning.text", text: REASONING, format: "x", index: 0 },
  { type: "reasoning.encrypted", data: "b3BhcXVl", format: "x", index: 1 },
];

/** Reasons, calls Bash, and after its result reasons and answers. */
function reasoningModel(...reasoning: unknown[]) {
  const call = toolCallChunk({
    index: 0,
    id: "call_1",
    name: "Bash",
    args: JSON.stringify({ command: "echo $((40+2))", description: "Adds" }),
  });
  return ({ body }: { body: { messages: { role: string }[] } }): Reply =>
    body.messages.some(({ role }) => role === "tool")
      ? chunks([...reasoning, textChunk("It is 42."), finishChunk("stop")])
      : chunks([...reasoning, call, finishChunk("tool_calls")]);
}

/** What the upstream got back of its reasoning, in the model's last turn. */
function returned(body: { messages: object[] }): Record<string, unknown> {
  const turn = body.messages.findLast((message) =>
    "role" in message && message.role === "assistant"
  );
  return { ...turn };
}

Deno.test("Claude Code gives DeepSeek its reasoning back in the next turn", async () => {
  await using stage = await setStage({
    environment: { UPSTREAM_DIALECT: "deepseek" },
    script: reasoningModel(reasoningChunk(REASONING)),
  });
  const { result } = await stage.ask("Add 40 and 2.", "--allowedTools", "Bash");
  equal(result.result, "It is 42.");
  const second = stage.upstream.exchanges[1];
  equal(second && returned(second.body).reasoning_content, REASONING);
});

Deno.test("Claude Code gives OpenRouter its reasoning details back unchanged", async () => {
  await using stage = await setStage({
    environment: { UPSTREAM_DIALECT: "openrouter" },
    script: reasoningModel(
      chunk({ reasoning: REASONING, reasoning_details: DETAILS }),
    ),
  });
  const { result } = await stage.ask("Add 40 and 2.", "--allowedTools", "Bash");
  equal(result.result, "It is 42.");
  const second = stage.upstream.exchanges[1];
  deepEqual(second && returned(second.body).reasoning_details, DETAILS);
});
