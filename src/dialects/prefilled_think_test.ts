import { strictEqual as equal } from "node:assert";
import { playEvents } from "../../tests/playback.ts";
import {
  assistant,
  chunk,
  says,
  targetAt,
  text,
  told,
  user,
} from "../../tests/builders.ts";
import { dialectNamed } from "./registry.ts";
import { vllm } from "./vllm.ts";

const ROWS: [string, string, boolean][] = [
  ["vllm", "Qwen/Qwen3-235B-A22B-Thinking-2507-FP8", true],
  ["llama.cpp", "QwQ-32B-Q4_K_M.gguf", true],
  ["lmstudio", "deepseek/deepseek-r1-0528-qwen3-8b", true],
  ["plain", "mlx-community/MiniMax-M2.1-8bit", true],
  ["vllm", "Qwen/Qwen3-235B-A22B", false],
  ["vllm", "Qwen/Qwen3-Coder-Next", false],
  ["lmstudio", "zai-org/glm-4.7-flash", false],
  ["openrouter", "deepseek/deepseek-r1-0528", false],
];

for (const [name, model, isPrefilled] of ROWS) {
  Deno.test(`${model} at ${name} ${isPrefilled ? "begins" : "does not begin"} behind <think> (B.34)`, () => {
    const dialect = dialectNamed(name);
    const capabilities = dialect && targetAt(dialect, model).capabilities;
    equal(capabilities?.thinkTagPrefilled, isPrefilled);
  });
}

Deno.test("an answer that the client has begun does not begin behind <think>", () => {
  const events = playEvents([...says("2"), chunk({}, "stop")], {
    dialect: vllm,
    model: "Qwen/QwQ-32B",
    fields: {
      thinking: { type: "adaptive" },
      messages: [user(text("1+1")), assistant(text("It is "))],
    },
  });
  equal(told(events).join(), "text 2,end_turn");
});
