import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { deepseek } from "../dialects/deepseek.ts";
import { openai } from "../dialects/openai.ts";
import { plain } from "../dialects/plain.ts";
import { PLAIN } from "../openai/capabilities.ts";
import { toTarget, type Upstream } from "./select_target.ts";

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
