import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { deepseek } from "../dialects/deepseek.ts";
import { openai } from "../dialects/openai.ts";
import { plain } from "../dialects/plain.ts";
import { PLAIN } from "../openai/capabilities.ts";
import { selectModel, toTarget, type Upstream } from "./select_target.ts";

const NAMES = { big: "acme/big", small: "acme/small" };

const ROWS: [string, string][] = [
  ["claude-opus-4-8", "acme/big"],
  ["claude-sonnet-5", "acme/big"],
  ["claude-fable-5", "acme/big"],
  ["claude-haiku-4-5-20251001", "acme/small"],
  ["claude-3-5-haiku-latest", "acme/small"],
  ["Claude-HAIKU", "acme/small"],
  ["anthropic/claude-haiku-4-5", "acme/small"],
  ["claude-sonnet-5[1m]", "acme/big"],
  ["claude-haiku-4-5[1M]", "acme/small"],
  ["unheard-of", "acme/big"],
  ["", "acme/big"],
  ["acme/big", "acme/big"],
  ["acme/small", "acme/small"],
  ["anthropic/acme/small", "acme/small"],
  ["acme/small[1m]", "acme/small"],
  ["gpt-5.6-sol", "gpt-5.6-sol"],
  ["anthropic/gpt-5.6-sol", "gpt-5.6-sol"],
  ["openai/gpt-5.4", "openai/gpt-5.4"],
  ["gpt-5.6-sol[1m]", "gpt-5.6-sol"],
];

for (const [asked, expected] of ROWS) {
  Deno.test(`selectModel() takes ${expected} for "${asked}"`, () => {
    equal(selectModel(asked, NAMES), expected);
  });
}

Deno.test("selectModel() takes a configured name that says haiku at its word", () => {
  const names = { big: "my-haiku", small: "tiny" };
  equal(selectModel("my-haiku", names), "my-haiku");
  equal(selectModel("claude-haiku-4-5", names), "tiny");
});

function upstreamOf(dialect: Upstream["dialect"]): Upstream {
  return {
    name: "host",
    url: "https://host/v1",
    keys: [],
    api: "chat",
    dialect,
  };
}

Deno.test("toTarget() puts the dialect's word above the plain one", () => {
  const { capabilities, limits, dialect } = toTarget(
    upstreamOf(deepseek),
    "deepseek-next",
  );
  equal(dialect, deepseek);
  equal(limits, undefined);
  deepEqual(capabilities, { ...PLAIN, ...deepseek.capabilities?.("") });
});

Deno.test("toTarget() puts the catalogue's word above the dialect's", () => {
  const { capabilities, limits } = toTarget(upstreamOf(openai), "gpt-5.6-sol");
  equal(limits?.contextTokens, 1_050_000);
  equal(limits?.maxOutputTokens, 128_000);
  equal(capabilities.sampling, false);
  equal(capabilities.images, true);
  deepEqual(capabilities.efforts, [
    "none",
    "low",
    "medium",
    "high",
    "xhigh",
    "max",
  ]);
});

Deno.test("toTarget() gives an unknown model what every server takes", () => {
  const { capabilities } = toTarget(upstreamOf(plain), "qwen3-coder");
  deepEqual(capabilities, { ...PLAIN, topK: true });
});
