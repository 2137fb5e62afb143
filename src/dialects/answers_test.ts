/** One answer of each upstream, from its manual, as translated for a client. */
import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { told } from "../../tests/builders.ts";
import { play, playEvents, readChunks } from "../../tests/playback.ts";
import { dialectNamed } from "./registry.ts";
import { plain } from "./plain.ts";

interface Row {
  dialect: string;
  model: string;
  fixture: string;
  told: string[];
  /** Input, cache read, output and thinking tokens. */
  usage: [number, number, number, number];
}

const ROWS: Record<string, Row> = {
  "reads Qwen's thinking, call and what it has cached": {
    dialect: "dashscope",
    model: "qwen3.8-max",
    fixture: "dashscope/tool_call",
    told: ["thinking I list them.", 'Bash {"command": "ls"}', "tool_use"],
    usage: [100, 300, 24, 8],
  },
  "skips Azure's filter results (S30)": {
    dialect: "azure",
    model: "my-gpt",
    fixture: "azure/text",
    told: ["text Hello", "end_turn"],
    usage: [12, 0, 2, 0],
  },
  "reads DeepSeek's cache hits and misses (N22)": {
    dialect: "deepseek",
    model: "deepseek-v4-pro",
    fixture: "deepseek/tool_call",
    told: [
      "thinking I need a list.",
      'Bash {"command": "ls"}',
      "tool_use",
    ],
    usage: [10, 90, 20, 8],
  },
  "reads Gemini's thoughts out of tags and calls two tools (N3, S26)": {
    dialect: "gemini",
    model: "gemini-3-pro",
    fixture: "gemini/two_calls",
    told: [
      "thinking Two files.",
      'Read {"file_path":"a"}',
      'Read {"file_path":"b"}',
      "tool_use",
    ],
    usage: [50, 0, 40, 28],
  },
  "keeps Gemini's signature of a text in thinking of its own (N26)": {
    dialect: "gemini",
    model: "gemini-3-pro",
    fixture: "gemini/signed_text",
    told: ["thinking Adding up.", "text It is 391.", "thinking ", "end_turn"],
    usage: [9, 0, 16, 12],
  },
  "reads Groq's usage": {
    dialect: "groq",
    model: "openai/gpt-oss-120b",
    fixture: "groq/reasoning",
    told: ["thinking Easy.", "text Yes", "end_turn"],
    usage: [80, 0, 9, 0],
  },
  "reads think tags that llama.cpp splits (S26, N24)": {
    dialect: "llama.cpp",
    model: "qwen3",
    fixture: "llama.cpp/think_tags",
    told: ["thinking Well.", "text Yes", "end_turn"],
    usage: [42, 0, 2, 0],
  },
  "reads LM Studio's reasoning": {
    dialect: "lmstudio",
    model: "gpt-oss-20b",
    fixture: "lmstudio/reasoning",
    told: ["thinking Fine.", "text OK", "end_turn"],
    usage: [8, 0, 3, 0],
  },
  "reads Mistral's thinking parts (N23)": {
    dialect: "mistral",
    model: "magistral-medium-latest",
    fixture: "mistral/reasoning",
    told: [
      "thinking I list them.",
      "text Here:",
      'Bash {"command": "ls"}',
      "tool_use",
    ],
    usage: [70, 0, 30, 0],
  },
  "reads Kimi's usage out of its choice": {
    dialect: "moonshot",
    model: "kimi-k2.6",
    fixture: "moonshot/tool_call",
    told: ["thinking I run it.", 'Bash {"command":"ls"}', "tool_use"],
    usage: [20, 40, 20, 0],
  },
  "tells Ollama's calls apart, all numbered 0 (N3)": {
    dialect: "ollama",
    model: "qwen3",
    fixture: "ollama/tool_calls",
    told: [
      "thinking Both.",
      'Read {"file_path":"a"}',
      'Read {"file_path":"b"}',
      "tool_use",
    ],
    usage: [30, 0, 15, 0],
  },
  "shows OpenRouter's reasoning once": {
    dialect: "openrouter",
    model: "anthropic/claude-sonnet-5",
    fixture: "openrouter/reasoning",
    told: ["thinking Let me.", 'Bash {"command":"ls"}', "tool_use"],
    usage: [40, 0, 20, 0],
  },
  "gives OpenRouter's encrypted reasoning a block of its own (N25)": {
    dialect: "openrouter",
    model: "google/gemini-3-pro",
    fixture: "openrouter/encrypted",
    told: ["thinking ", 'Bash {"command":"ls"}', "tool_use"],
    usage: [42, 0, 4, 0],
  },
  "reads thinking up to a tag that nothing has opened (B.34)": {
    dialect: "vllm",
    model: "Qwen/Qwen3-235B-A22B-Thinking-2507",
    fixture: "vllm/closing_tag",
    told: ["thinking Okay, two.", "text 2", "end_turn"],
    usage: [18, 0, 8, 0],
  },
  "takes the last of vLLM's counts (S10)": {
    dialect: "vllm",
    model: "qwen3",
    fixture: "vllm/reasoning",
    told: ["thinking Sure", "text Hi", "end_turn"],
    usage: [20, 0, 3, 0],
  },
  "reads SGLang's reasoning": {
    dialect: "sglang",
    model: "Qwen/Qwen3-32B",
    fixture: "sglang/reasoning",
    told: ["thinking Sure.", "text Hi", "end_turn"],
    usage: [4, 16, 7, 4],
  },
  "leaves out what xAI says twice and counts its reasoning (S33, N21)": {
    dialect: "xai",
    model: "grok-4.7",
    fixture: "xai/reasoning",
    told: ["thinking Let me see. 42.", "text 42", "end_turn"],
    usage: [100, 150, 320, 300],
  },
  "takes GLM's sensitive for a refusal": {
    dialect: "zhipu",
    model: "glm-5",
    fixture: "zhipu/filtered",
    told: ["thinking Hm.", "text I can", "refusal"],
    usage: [7, 3, 4, 0],
  },
};

for (const [what, row] of Object.entries(ROWS)) {
  const dialect = dialectNamed(row.dialect) ?? plain;
  const asked = { dialect, model: row.model };

  Deno.test(`the answer's translation ${what}`, async () => {
    const chunks = await readChunks(row.fixture);
    deepEqual(told(playEvents(chunks, asked)), row.told);
    const { usage } = play(chunks, asked);
    deepEqual([
      usage.input_tokens,
      usage.cache_read_input_tokens,
      usage.output_tokens,
      usage.output_tokens_details?.thinking_tokens,
    ], row.usage);
  });

  Deno.test(`${row.fixture}: thinking nobody asked for is swallowed (N9)`, async () => {
    const chunks = await readChunks(row.fixture);
    const events = playEvents(chunks, { ...asked, fields: {} });
    deepEqual(
      told(events),
      row.told.filter((block) => !block.startsWith("thinking")),
    );
  });

  Deno.test(`${row.fixture}: no redacted thinking, every signature once and last`, async () => {
    const { content } = play(await readChunks(row.fixture), asked);
    for (const block of content) {
      equal(JSON.stringify(block).includes("redacted"), false);
      if (block.type === "thinking") equal(block.signature === "", false);
    }
  });
}
