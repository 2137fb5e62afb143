import { deepStrictEqual as deepEqual } from "node:assert";
import { targetAt, text, toChat, user } from "../../tests/builders.ts";
import { openrouter } from "./openrouter.ts";

const SHORT = { type: "ephemeral" };
const LONG = { type: "ephemeral", ttl: "1h" };

/**
 * Model, and what is sent for a 1-hour cache in the system prompt and a turn.
 */
const ROWS: [string, unknown, unknown][] = [
  ["anthropic/claude-sonnet-5", LONG, LONG],
  ["~anthropic/claude-opus-latest", LONG, LONG],
  ["qwen/qwen3-coder-plus", SHORT, SHORT],
  ["google/gemini-3-pro-preview", SHORT, undefined],
  ["openai/gpt-5.6-sol", undefined, undefined],
  ["deepseek/deepseek-v4-pro", undefined, undefined],
  ["someone/anthropic-like", undefined, undefined],
];

for (const [model, system, turn] of ROWS) {
  Deno.test(`OpenRouter is told what ${model} is to cache (B.22)`, () => {
    const { messages } = toChat({
      system: [{ ...text("S"), cache_control: LONG }],
      messages: [user({ ...text("q"), cache_control: LONG })],
    }, targetAt(openrouter, model));
    const marks = messages.map(({ content }) =>
      Array.isArray(content) ? Object(content.at(-1)).cache_control : undefined
    );
    deepEqual(marks, [system, turn]);
  });
}
