import type { PeakHours, Prices, Rates } from "../models/prices.ts";

/** Prices for a table: input, input from the cache, output. */
export function priceCell(prices: Prices | null): string {
  if (!prices) return "unknown";
  const { inputUsd, cacheReadUsd, outputUsd } = prices.rates;
  const isTiered = prices.longer.length > 0 || prices.peak;
  const figures = [inputUsd, cacheReadUsd, outputUsd].map(plain).join(" / ");
  return isTiered ? `${figures} *` : figures;
}

/** All details of prices, each line with its label. */
export function priceLines(prices: Prices | null): [string, string][] {
  if (!prices) return [["price", "not known; counts as nothing"]];
  const { rates, longer, peak, source, asOf } = prices;
  return [
    ["price", `${inWords(rates)}, for a million tokens`],
    ...longer.map(({ overTokens, rates }): [string, string] => [
      `over ${overTokens.toLocaleString("en")}`,
      `${inWords(rates)}: longer prompts, as a whole`,
    ]),
    ...(peak ? [offPeakLine(peak)] : []),
    ["prices as of", `${asOf}, ${source}`],
  ];
}

function inWords(rates: Rates): string {
  const { inputUsd, cacheReadUsd, cacheWriteUsd, outputUsd } = rates;
  return [
    `$${plain(inputUsd)} in`,
    cacheReadUsd === inputUsd ? null : `$${plain(cacheReadUsd)} cached`,
    cacheWriteUsd === inputUsd ? null : `$${plain(cacheWriteUsd)} to cache`,
    `$${plain(outputUsd)} out`,
  ].filter(Boolean).join(", ");
}

function offPeakLine({ hoursUtc, offPeak }: PeakHours): [string, string] {
  const hours = hoursUtc.map(([from, to]) => `${from}–${to}`).join(" and ");
  return [
    "off-peak",
    `${plain(offPeak * 100)} % of that, but Monday to Friday ${hours} h UTC`,
  ];
}

/** Removes the error floating point adds to 0.1 + 0.2. */
function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}
