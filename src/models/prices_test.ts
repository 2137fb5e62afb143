import { strictEqual as equal } from "node:assert";
import { lookUpPrices } from "./catalogue.ts";
import { type Prices, ratesOf } from "./prices.ts";

const NOON_MS = Date.UTC(2026, 10, 16, 12); // a Monday

const PRICES: Prices = {
  rates: { inputUsd: 2, cacheReadUsd: 0.2, cacheWriteUsd: 2.5, outputUsd: 10 },
  longer: [100, 1_000].map((overTokens) => ({
    overTokens,
    rates: {
      inputUsd: overTokens,
      cacheReadUsd: 1,
      cacheWriteUsd: 5,
      outputUsd: 20,
    },
  })),
  source: "https://example.com",
  asOf: "2026-11-15",
};

for (
  const [promptTokens, inputUsd] of [[0, 2], [100, 2], [101, 100], [
    1_000,
    100,
  ], [1_001, 1_000]] as const
) {
  Deno.test(`ratesOf() chooses by a prompt of ${promptTokens} tokens`, () => {
    const rates = ratesOf(PRICES, { promptTokens, nowMs: NOON_MS });
    equal(rates.inputUsd, inputUsd);
  });
}

for (
  const [time, outputUsd] of [
    ["2026-11-16T00:59:59Z", 1.98],
    ["2026-11-16T01:00:00Z", 3.96],
    ["2026-11-16T03:59:59Z", 3.96],
    ["2026-11-16T04:00:00Z", 1.98],
    ["2026-11-16T09:59:59Z", 3.96],
    ["2026-11-20T09:00:00Z", 3.96], // Friday
    ["2026-11-21T09:00:00Z", 1.98],
    ["2026-11-22T09:00:00Z", 1.98], // Sunday
  ] as const
) {
  Deno.test(`ratesOf() asks DeepSeek's price of ${time}`, () => {
    const prices = lookUpPrices("deepseek-v4-pro") ?? PRICES;
    const rates = ratesOf(prices, { promptTokens: 1, nowMs: Date.parse(time) });
    equal(rates.outputUsd, outputUsd);
  });
}

Deno.test("ratesOf() has longer prompts dearer, their answers too", () => {
  const prices = lookUpPrices("gpt-5.4") ?? PRICES;
  const rates = ratesOf(prices, { promptTokens: 272_001, nowMs: NOON_MS });
  equal(rates.inputUsd, 5);
  equal(rates.cacheReadUsd, 0.5);
  equal(rates.outputUsd, 22.5);
});

Deno.test("ratesOf() asks what was announced from the day it was announced for", () => {
  const prices = {
    ...PRICES,
    later: { from: "2026-12-01", factor: 2 },
  };
  for (
    const [at, inputUsd] of [
      ["2026-11-30T23:59:59Z", 2],
      ["2026-12-01T00:00:00Z", 4],
    ] as const
  ) {
    const rates = ratesOf(prices, { promptTokens: 10, nowMs: Date.parse(at) });
    equal(rates.inputUsd, inputUsd, at);
  }
});
