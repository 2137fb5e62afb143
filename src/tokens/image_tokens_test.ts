import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { imageTokens } from "./image_tokens.ts";

/** The manuals' own examples, and what users were charged. */
const EXAMPLES: [string, number, number, number][] = [
  ["gpt-4o", 1024, 1024, 765],
  ["gpt-4o", 2048, 4096, 1105],
  ["openai/gpt-4.1", 512, 512, 255],
  ["gpt-5", 1024, 1024, 630],
  ["gpt-5.1", 512, 512, 210],
  ["o3", 512, 512, 225],
  ["gpt-4.1-mini", 1024, 1024, Math.ceil(1024 * 1.62)],
  ["gpt-4.1-nano", 1800, 2400, Math.ceil(1452 * 2.46)],
  ["gpt-5-mini", 1600, 1600, Math.ceil(1521 * 1.2)],
  ["gpt-5.4", 1600, 1600, 3000],
  ["gpt-6-sol", 1600, 1600, 3000],
  ["claude-opus-4", 200, 200, 54],
  ["claude-opus-4", 1000, 1000, 1334],
  ["qwen3-vl", 1092, 1092, 1590],
  ["claude-opus-4", 4000, 4000, 1600],
];

for (const [model, width, height, tokens] of EXAMPLES) {
  Deno.test(`imageTokens() charges ${model} ${tokens} for ${width} × ${height}`, () => {
    equal(imageTokens({ width, height }, model), tokens);
  });
}

Deno.test("imageTokens() takes an image of unknown size for a usual one", () => {
  equal(imageTokens(null), 1600);
  equal(imageTokens(null, "gpt-4o"), 85 + 170 * 8);
});

Deno.test("imageTokens() is a whole number in bounds for any size and model", () => {
  const side = fc.integer({ min: 1, max: 0xffff_ffff });
  const model = fc.constantFrom(...EXAMPLES.map(([model]) => model));
  fc.assert(fc.property(side, side, model, (width, height, model) => {
    const tokens = imageTokens({ width, height }, model);
    ok(Number.isInteger(tokens) && tokens >= 1 && tokens <= 5_000, `${tokens}`);
  }));
});
