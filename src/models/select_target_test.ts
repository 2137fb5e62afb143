import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { azure } from "../dialects/azure.ts";
import { deepseek } from "../dialects/deepseek.ts";
import { openai } from "../dialects/openai.ts";
import { openrouter } from "../dialects/openrouter.ts";
import { plain } from "../dialects/plain.ts";
import { EFFORTS, PLAIN } from "../openai/capabilities.ts";
import {
  type TargetApi,
  toTarget,
  type Upstream,
  type UpstreamApi,
  withApi,
} from "./select_target.ts";

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

Deno.test("toTarget() leaves efforts the catalogue does not tell to the dialect", () => {
  const { capabilities, limits } = toTarget(
    upstreamOf(openrouter),
    "z-ai/glm-5.3",
  );
  equal(limits?.contextTokens, 1_000_000);
  equal(capabilities.images, false);
  deepEqual(capabilities.efforts, EFFORTS);
});

Deno.test("toTarget() gives an unknown model what every server takes", () => {
  const { capabilities } = toTarget(upstreamOf(plain), "qwen3-coder");
  deepEqual(capabilities, { ...PLAIN, topK: true });
});

const APIS: [UpstreamApi, Upstream["dialect"], string, TargetApi][] = [
  ["auto", openai, "gpt-5.6-sol", "responses"],
  ["auto", openai, "gpt-9-unheard-of", "responses"],
  ["auto", openai, "o3", "responses"],
  ["auto", openai, "gpt-4.1", "chat"],
  ["auto", openai, "gpt-5-chat-latest", "chat"],
  ["auto", azure, "gpt-5.1", "responses"],
  ["auto", azure, "my-deployment", "chat"],
  ["auto", deepseek, "deepseek-v4-pro", "chat"],
  ["auto", plain, "gpt-5.6-sol", "chat"],
  ["chat", openai, "gpt-5.6-sol", "chat"],
  ["responses", plain, "qwen3-coder", "responses"],
  ["anthropic", plain, "qwen3-coder", "anthropic"],
];

for (const [api, dialect, model, expected] of APIS) {
  Deno.test(`toTarget() asks ${model} at ${dialect.name} in ${expected} for ${api}`, () => {
    const upstream = { ...upstreamOf(dialect), api };
    equal(toTarget(upstream, model).api, expected);
  });
}

Deno.test("withApi() knows what an upstream takes otherwise in its Responses API", () => {
  const chat = toTarget(upstreamOf(azure), "gpt-5.6-sol");
  equal(chat.capabilities.pdfs, false);
  const responses = withApi(chat, "responses");
  equal(responses.capabilities.pdfs, true);
  deepEqual(withApi(responses, "chat"), chat);
});

Deno.test("withApi() knows of no search but the Responses API's own", () => {
  const searchAt = (dialect: Upstream["dialect"]) => {
    const chat = toTarget(upstreamOf(dialect), "gpt-5.6-sol");
    return [chat, withApi(chat, "responses")]
      .map(({ capabilities }) => capabilities.webSearch);
  };
  deepEqual(searchAt(openrouter), ["plugin", null]);
  deepEqual(searchAt(openai), [null, "tool"]);
});
