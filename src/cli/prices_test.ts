import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import type { Prices } from "../models/prices.ts";
import { priceCell, priceLines } from "./prices.ts";

const PRICES: Prices = {
  rates: { inputUsd: 2, cacheReadUsd: 0.2, cacheWriteUsd: 2, outputUsd: 12 },
  longer: [{
    overTokens: 200_000,
    rates: {
      inputUsd: 4,
      cacheReadUsd: 0.1 + 0.3,
      cacheWriteUsd: 4,
      outputUsd: 18,
    },
  }],
  peak: { hoursUtc: [[1, 4], [6, 10]], offPeak: 0.5 },
  source: "https://maker.example/prices",
  asOf: "2026-11-15",
};

Deno.test("priceCell() has input, cached input and output, and marks what is not all", () => {
  equal(priceCell(PRICES), "2 / 0.2 / 12 *");
  const { peak: _, ...rest } = PRICES;
  equal(priceCell({ ...rest, longer: [] }), "2 / 0.2 / 12");
  equal(priceCell(null), "unknown");
});

Deno.test("priceLines() tells tiers, hours, source and date", () => {
  deepEqual(priceLines(PRICES), [
    ["price", "$2 in, $0.2 cached, $12 out, for a million tokens"],
    ["over 200,000", "$4 in, $0.4 cached, $18 out: longer prompts, as a whole"],
    ["off-peak", "50 % of that, but Monday to Friday 1–4 and 6–10 h UTC"],
    ["prices as of", "2026-11-15, https://maker.example/prices"],
  ]);
  deepEqual(priceLines(null), [["price", "not known; counts as nothing"]]);
});
