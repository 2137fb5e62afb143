import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { lookUpPrices } from "../models/catalogue.ts";
import type { Prices, Rates } from "../models/prices.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";
import { NO_USAGE } from "../translate/usage.ts";
import { costOf, savedNanoUsd } from "./cost.ts";

const NOW_MS = Date.UTC(2026, 10, 16, 12);

/** Prices in dollars for a million tokens, whatever the prompt's length. */
function pricesOf(
  inputUsd: number,
  outputUsd: number,
  given: Partial<Rates> = {},
): Prices {
  const rates = { inputUsd, outputUsd, cacheReadUsd: 0, cacheWriteUsd: 0 };
  return {
    rates: { ...rates, ...given },
    longer: [],
    source: "constructed",
    asOf: "2026-11-15",
  };
}

const MILLION: CountedUsage = {
  ...NO_USAGE,
  input_tokens: 1_000_000,
  output_tokens: 1_000_000,
};

function paid(usage: CountedUsage, prices: Prices | undefined, attempts = 1) {
  const listPrices = undefined;
  const options = { attempts, prices, listPrices, nowMs: NOW_MS };
  return costOf(usage, options).paidNanoUsd;
}

/** The reference system's prices: of what, input, output. */
const REFERENCE: [string, Prices | undefined, number, number][] = [
  ["GPT-5", lookUpPrices("gpt-5"), 1.25, 10],
  ["Claude Opus 4.1", lookUpPrices("claude-opus-4-1-20250805"), 15, 75],
  // xAI asks more by now; this is what it asked in the reference's days.
  ["Grok Code Fast 1", pricesOf(0.2, 1.5), 0.2, 1.5],
];

for (const [model, prices, inputUsd, outputUsd] of REFERENCE) {
  Deno.test(`costOf() asks the reference's price of ${model}`, () => {
    const input = { ...MILLION, output_tokens: 0 };
    const output = { ...MILLION, input_tokens: 0 };
    equal(paid(input, prices), inputUsd * 1e9);
    equal(paid(output, prices), outputUsd * 1e9);
  });
}

Deno.test("costOf() has each kind of token at its rate", () => {
  const rates = { cacheReadUsd: 0.125, cacheWriteUsd: 1.5 };
  const usage = {
    ...NO_USAGE,
    input_tokens: 100,
    cache_read_input_tokens: 1_000,
    cache_creation_input_tokens: 10,
    output_tokens: 1,
  };
  equal(paid(usage, pricesOf(1.25, 10, rates)), 275_000);
});

Deno.test("costOf() goes by the whole prompt's length, cached or not", () => {
  const prices: Prices = {
    ...pricesOf(1, 1),
    longer: [{ overTokens: 100, rates: pricesOf(2, 2).rates }],
  };
  const usage = { ...NO_USAGE, input_tokens: 1, cache_read_input_tokens: 99 };
  equal(paid(usage, prices), 1_000);
  equal(paid({ ...usage, cache_read_input_tokens: 100 }, prices), 2_000);
});

Deno.test("costOf() takes the upstream's word for what it asks", () => {
  const usage = { ...MILLION, billedUsd: 0.0000123 };
  equal(paid(usage, pricesOf(1, 1)), 12_300);
  equal(paid(usage, undefined), 12_300);
  equal(paid({ ...MILLION, billedUsd: 0 }, pricesOf(1, 1)), 0);
});

Deno.test("costOf() does not know what it has no price for", () => {
  const cost = costOf(MILLION, {
    attempts: 1,
    prices: undefined,
    listPrices: pricesOf(15, 75),
    nowMs: NOW_MS,
  });
  deepEqual(cost, {
    paidNanoUsd: null,
    listNanoUsd: 90e9,
    isEstimate: false,
  });
  equal(savedNanoUsd(cost), null);
});

Deno.test("costOf() has nothing to pay where no upstream was asked", () => {
  const cost = costOf({ ...MILLION, billedUsd: 1, isEstimate: true }, {
    attempts: 0,
    prices: undefined,
    listPrices: pricesOf(15, 75),
    nowMs: NOW_MS,
  });
  deepEqual(cost, { paidNanoUsd: 0, listNanoUsd: 90e9, isEstimate: false });
  equal(savedNanoUsd(cost), 90e9);
});

Deno.test("savedNanoUsd() is negative where more was paid", () => {
  equal(
    savedNanoUsd({ paidNanoUsd: 3, listNanoUsd: 1, isEstimate: false }),
    -2,
  );
});

Deno.test("costOf() gives whole nano-dollars that add up", () => {
  const tokens = fc.nat({ max: 2_000_000 });
  const usages = fc.array(fc.record({ input: tokens, output: tokens }));
  const prices = pricesOf(0.07, 0.35); // 70 and 350 for a token
  fc.assert(fc.property(usages, (usages) => {
    let sum = 0;
    for (const { input, output } of usages) {
      const usage = { ...NO_USAGE, input_tokens: input, output_tokens: output };
      sum += paid(usage, prices) ?? NaN;
    }
    const exact = usages.reduce(
      (sum, { input, output }) =>
        sum + 70n * BigInt(input) + 350n * BigInt(output),
      0n,
    );
    equal(BigInt(sum), exact);
  }));
});
