import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { EFFORTS } from "../openai/capabilities.ts";
import { CATALOGUE, lookUpModel, lookUpPrices, PRICES } from "./catalogue.ts";

const REFERENCE_LIMITS: readonly [string, number, number][] = [
  ["o3", 200_000, 100_000],
  ["o3-2025-04-16", 200_000, 100_000],
  ["o4-mini", 128_000, 100_000],
  ["gpt-5", 400_000, 128_000],
  ["gpt-5-2025-08-07", 400_000, 128_000],
  ["gpt-5-mini", 400_000, 128_000],
  ["gpt-5-mini-2025-08-07", 400_000, 128_000],
  ["deepseek-reasoner", 163_840, 65_536],
  ["deepseek-chat", 163_840, 8_192],
  ["grok-code-fast-1", 256_000, 10_000],
];

for (const [model, contextTokens, maxOutputTokens] of REFERENCE_LIMITS) {
  Deno.test(`lookUpModel() has the reference's limits of ${model}`, () => {
    const row = lookUpModel(model);
    equal(row?.contextTokens, contextTokens);
    equal(row?.maxOutputTokens, maxOutputTokens);
    equal(row?.source, "the reference system's table");
  });
}

Deno.test("lookUpModel() gives a model's whole row", () => {
  deepEqual(lookUpModel("gpt-6-astra"), {
    contextTokens: 1_050_000,
    maxOutputTokens: 128_000,
    efforts: ["low", "medium", "high", "xhigh", "max"],
    sampling: false,
    vision: true,
    source: "https://developers.openai.com/api/docs/models",
  });
});

Deno.test("lookUpModel() sees through a known vendor's prefix", () => {
  for (
    const [prefixed, bare] of [
      ["openai/gpt-5.4-mini", "gpt-5.4-mini"],
      ["deepseek/deepseek-v4-pro", "deepseek-v4-pro"],
      ["x-ai/grok-4.7", "grok-4.7"],
      ["xai/grok-4.7", "grok-4.7"],
      ["google/gemini-3.8-flash", "gemini-3.8-flash"],
      ["mistralai/mistral-large-2512", "mistral-large-2512"],
      ["moonshotai/kimi-k3", "kimi-k3"],
      ["z-ai/glm-5.3", "glm-5.3"],
      ["qwen/qwen3.8-max", "qwen3.8-max"],
    ] as const
  ) {
    ok(CATALOGUE.has(bare), bare);
    equal(lookUpModel(prefixed), CATALOGUE.get(bare), prefixed);
  }
});

Deno.test("lookUpModel() takes a dated snapshot for its model", () => {
  for (
    const [snapshot, model] of [
      ["gpt-5.4-2026-03-05", "gpt-5.4"],
      ["openai/gpt-4o-2024-11-20", "gpt-4o"],
      ["gpt-4.1-mini-20250414", "gpt-4.1-mini"],
      ["deepseek/deepseek-v4-pro-0813", "deepseek-v4-pro"],
      ["grok-4-0709", "grok-4"],
      ["grok-code-fast-1-0825", "grok-code-fast-1"],
    ] as const
  ) {
    ok(CATALOGUE.has(model), model);
    equal(lookUpModel(snapshot), CATALOGUE.get(model), snapshot);
  }
});

Deno.test("lookUpModel() prefers a snapshot's own row", () => {
  equal(lookUpModel("gpt-4o-2024-05-13")?.maxOutputTokens, 4_096);
  equal(lookUpModel("gpt-4o")?.maxOutputTokens, 16_384);
});

Deno.test("lookUpModel() does not guess", () => {
  for (
    const model of [
      "",
      "claude-sonnet-4-5",
      "gpt-5-turbo",
      "gpt-5-1234567",
      "gpt-5-9999",
      "gpt-5:free",
      "openai/",
      "acme/gpt-5",
      "openrouter/openai/gpt-5",
      "GPT-5",
      "constructor",
      "__proto__",
    ]
  ) {
    equal(lookUpModel(model), undefined, model);
  }
});

for (const [id, row] of CATALOGUE) {
  Deno.test(`CATALOGUE holds together for ${id}`, () => {
    match(
      row.source,
      /^(?:https:\/\/\S+|the reference system's table|litellm )/,
    );
    ok(Number.isSafeInteger(row.maxOutputTokens) && row.maxOutputTokens > 0);
    ok(Number.isSafeInteger(row.contextTokens));
    ok(row.contextTokens >= row.maxOutputTokens);
    deepEqual(
      row.efforts,
      row.efforts && EFFORTS.filter((effort) => row.efforts?.includes(effort)),
      "weakest first, none twice",
    );
  });
}

Deno.test("lookUpPrices() knows Claude's models by all their names", () => {
  for (
    const [name, inputUsd, outputUsd] of [
      ["claude-sonnet-4-5", 3, 15],
      ["claude-sonnet-4-5-20250929", 3, 15],
      ["claude-sonnet-4-5-20250929[1m]", 3, 15],
      ["anthropic/claude-sonnet-4.5", 3, 15],
      ["anthropic/claude-opus-4.8[1M]", 5, 25],
      ["claude-opus-4-20250514", 15, 75],
      ["claude-haiku-5-5", 0.1, 0.5],
    ] as const
  ) {
    const rates = lookUpPrices(name)?.rates;
    deepEqual([rates?.inputUsd, rates?.outputUsd], [inputUsd, outputUsd], name);
  }
});

Deno.test("lookUpPrices() takes the names that lookUpModel() takes", () => {
  for (const model of ["openai/gpt-5.4-2026-03-05", "gpt-5.4"]) {
    equal(lookUpPrices(model)?.rates.inputUsd, 2.5, model);
  }
  for (const model of ["my-finetune", "claude-9", "acme/gpt-5", ""]) {
    equal(lookUpPrices(model), undefined, model);
  }
});

Deno.test("PRICES are of models in the catalogue, or Claude's", () => {
  const strangers = [...PRICES.keys()]
    .filter((id) => !id.startsWith("claude-") && !CATALOGUE.has(id));
  deepEqual(strangers, []);
  const unpriced = [...CATALOGUE.keys()].filter((id) => !lookUpPrices(id));
  deepEqual(unpriced, [], "no price is known");
});

for (const [id, { rates, longer, source, asOf }] of PRICES) {
  Deno.test(`PRICES hold together for ${id}`, () => {
    match(source, /^(?:https:\/\/\S+$|litellm )/);
    match(asOf, /^20\d\d-[01]\d-[0-3]\d$/);
    const overTokens = longer.map((tier) => tier.overTokens);
    deepEqual(overTokens, overTokens.toSorted((a, b) => a - b));
    for (const usd of [rates, ...longer.map((tier) => tier.rates)]) {
      ok(usd.cacheReadUsd <= usd.inputUsd);
      ok(usd.cacheWriteUsd >= usd.inputUsd);
      ok(usd.outputUsd >= usd.inputUsd);
    }
  });
}
