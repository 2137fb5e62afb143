import { deepStrictEqual as deepEqual, match, ok } from "node:assert";
import { parseConfig } from "../config/config.ts";
import { findModel, listModels, modelsTable, modelsText } from "./models.ts";

const CONFIG = parseConfig({}, {
  file: {
    path: "c.json",
    text: JSON.stringify({
      upstreams: {
        openai: { url: "https://api.openai.com/v1", keys: ["sesame"] },
        local: { url: "http://127.0.0.1:8000/v1", dialect: "vllm" },
      },
      models: [
        { match: "claude-haiku-*", to: ["local/qwen3-mine", "openai/gpt-4o"] },
        {
          match: "*",
          to: ["openai/gpt-5.1"],
          whenInputTokensOver: { "300000": "local/long" },
        },
      ],
    }),
  },
});

function paths(facts: ReturnType<typeof listModels>): string[] {
  return facts.map(({ upstream, model, api }) => `${upstream}/${model} ${api}`);
}

Deno.test("listModels() has every target of every row, with its API", () => {
  deepEqual(paths(listModels(CONFIG)), [
    "local/qwen3-mine chat",
    "openai/gpt-4o chat",
    "openai/gpt-5.1 responses",
    "local/long chat",
  ]);
});

Deno.test("findModel() goes where a client's request would go", () => {
  const rows: [string, string[]][] = [
    ["claude-opus-5", ["openai/gpt-5.1 responses"]],
    ["anthropic/gpt-5.1", ["openai/gpt-5.1 responses"]],
    ["claude-haiku-4-5", ["local/qwen3-mine chat", "openai/gpt-4o chat"]],
    ["local/anything", ["local/anything chat"]],
    ["gpt-5-mini", ["openai/gpt-5-mini responses"]], // from the catalogue
  ];
  for (const [name, expected] of rows) {
    deepEqual(paths(findModel(name, CONFIG)), expected, name);
  }
  const onlyHaiku = { ...CONFIG, models: CONFIG.models.slice(0, 1) };
  deepEqual(findModel("claude-opus-5", onlyHaiku), []);
});

Deno.test("modelsTable() says what is known, and that the rest is not", () => {
  const table = modelsTable(listModels(CONFIG));
  match(table, /^claude-haiku-\* +local\/qwen3-mine +chat +unknown +unknown/m);
  match(
    table,
    /^ {2}or +openai\/gpt-4o +chat +128,000 +16,384 +2.5 \/ 1.25 \/ 10 +images/m,
  );
  match(
    table,
    /^\* +openai\/gpt-5.1 +responses +400,000.* 1.25 \/ 0.125 \/ 10 +images, PDFs, effort none–high$/m,
  );
  match(table, /^\* over 300000 +local\/long/m);
  ok(!table.includes("sesame"));
});

Deno.test("modelsText() tells of one name all there is", () => {
  const text = modelsText(findModel("claude-haiku-4-5", CONFIG));
  match(text, /^claude-haiku-4-5 +local\/qwen3-mine$/m);
  match(text, /^or +openai\/gpt-4o$/m);
  match(text, /^figures from +not in the catalogue/m);
  match(text, /^price +not known/m);
  match(
    text,
    /^price +\$2.5 in, \$1.25 cached, \$10 out, for a million tokens$/m,
  );
  match(text, /^prices as of +2026-\d\d-\d\d, \w/m);
  match(text, /^longest answer +16,384$/m);
});
