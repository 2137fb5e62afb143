import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { aRequest, aTarget, targetAt, toChat } from "../../tests/builders.ts";
import { deepseek } from "../dialects/deepseek.ts";
import { openai } from "../dialects/openai.ts";
import { plain } from "../dialects/plain.ts";
import { Notices } from "./notices.ts";
import { translateRequest } from "./request.ts";

const hi = { role: "user", content: "hi" };
const closed = {
  type: "object",
  properties: { title: { type: "string" } },
  required: ["title"],
  additionalProperties: false,
};

Deno.test("translateRequest() sends nothing that was not asked for (R1)", () => {
  deepEqual(toChat({ max_tokens: 50 }), {
    model: "m",
    messages: [hi],
    max_tokens: 50,
    stream: false,
  });
  deepEqual(toChat({}, aTarget({ maxTokensField: "max_completion_tokens" })), {
    model: "m",
    messages: [hi],
    max_completion_tokens: 50,
    stream: false,
  });
});

Deno.test("translateRequest() asks for usage with a stream, where it may", () => {
  deepEqual(toChat({ stream: true }).stream_options, { include_usage: true });
  const silent = toChat({ stream: true }, aTarget({ streamUsage: false }));
  equal("stream_options" in silent, false);
});

Deno.test("translateRequest() puts the system prompt first, in the model's role (R2)", () => {
  deepEqual(toChat({ system: "S" }).messages, [
    { role: "system", content: "S" },
    hi,
  ]);
  deepEqual(toChat({ system: "S" }, targetAt(openai, "gpt-5.6-sol")).messages, [
    { role: "developer", content: "S" },
    hi,
  ]);
});

Deno.test("translateRequest() sends no empty system prompt", () => {
  for (
    const system of ["", [], [{ type: "text", text: "" }], null, undefined]
  ) {
    deepEqual(toChat({ system }).messages, [hi]);
  }
});

/** Claude Code's system prompt with its line that changes every time. */
function billed(hash: string) {
  const line = `x-anthropic-billing-header: cc_version=2.1.328; cch=${hash};`;
  return [
    { type: "text", text: line },
    { type: "text", text: "A" },
    { type: "text", text: "B", cache_control: { type: "ephemeral" } },
  ];
}

Deno.test("translateRequest() joins the system prompt without billing line and cache marks (R3)", () => {
  const chat = toChat({ system: billed("abc") });
  deepEqual(chat.messages[0], { role: "system", content: "A\n\nB" });
  const sent = JSON.stringify(chat);
  equal(/billing|cache_control/.test(sent), false);
});

Deno.test("translateRequest() gives the same bytes whatever the billing line says (R4)", () => {
  equal(
    JSON.stringify(toChat({ system: billed("abc") })),
    JSON.stringify(toChat({ system: billed("def") })),
  );
});

Deno.test("translateRequest() gives the same bytes whatever the order of the client's keys", () => {
  const fields = { temperature: 1, stream: true, system: "S", top_p: 0.5 };
  const reversed = Object.fromEntries(Object.entries(fields).reverse());
  equal(JSON.stringify(toChat(fields)), JSON.stringify(toChat(reversed)));
});

Deno.test("translateRequest() holds max_tokens to what model and window have left", () => {
  const limits = { contextTokens: 32_768, maxOutputTokens: 16_384 };
  const wide = { contextTokens: 32_768, maxOutputTokens: 32_768 };
  for (
    const [asked, inputTokens, given, expected] of [
      [128_000, 10, limits, 16_384], // R48
      [32_000, 10_000, wide, 22_512], // R49
      [1_000, 10_000, wide, 1_000],
      [32_000, 32_768, wide, 16], // never below what upstreams accept
      [5, 40_000, wide, 5], // nor above what was requested
      [128_000, 10, undefined, 128_000],
    ] as const
  ) {
    const target = { ...aTarget(), limits: given };
    const chat = toChat({ max_tokens: asked }, target, { inputTokens });
    equal(chat.max_tokens, expected, `${asked} of ${given?.contextTokens}`);
  }
});

Deno.test("translateRequest() drops sampling for models that refuse it, and says so (R51)", () => {
  const sampling = { temperature: 1, top_p: 0.5, top_k: 3 };
  const reasoning = targetAt(openai, "gpt-5.6-sol");
  const notices = new Notices();
  const chat = translateRequest(aRequest(sampling), {
    target: reasoning,
    inputTokens: 1,
    notices,
  });
  equal(["temperature", "top_p", "top_k"].some((name) => name in chat), false);
  equal(notices.list().length, 3);
  const local = toChat(sampling, targetAt(plain, "llama"));
  deepEqual(
    { temperature: local.temperature, top_p: local.top_p, top_k: local.top_k },
    sampling,
  );
  equal(toChat({ temperature: 0 }).temperature, 0);
});

Deno.test("translateRequest() never sends stop sequences: they are looked for here", () => {
  equal("stop" in toChat({ stop_sequences: ["END"] }), false);
});

Deno.test("translateRequest() sends no reasoning with tools where both are refused", () => {
  const target = targetAt(openai, "gpt-5.6-sol");
  const fields = {
    output_config: { effort: "high" },
    thinking: { type: "adaptive" },
  };
  const tools = [{ name: "Bash", input_schema: { type: "object" } }];
  equal(toChat({ ...fields, tools }, target).reasoning_effort, "none");
  equal(toChat({ tools }, target).reasoning_effort, "none");
  equal(toChat(fields, target).reasoning_effort, "high");
  const older = targetAt(openai, "gpt-5");
  equal(toChat({ ...fields, tools }, older).reasoning_effort, "high");
});

Deno.test("translateRequest() asks for JSON by schema, strict where the schema is closed (R56)", () => {
  const { response_format } = toChat({
    output_config: { format: { type: "json_schema", schema: closed } },
  });
  deepEqual(response_format, {
    type: "json_schema",
    json_schema: { name: "response", schema: closed, strict: true },
  });
  const open = { ...closed, additionalProperties: true };
  const deprecated = toChat({
    output_format: { type: "json_schema", schema: open },
  });
  deepEqual(deprecated.response_format, {
    type: "json_schema",
    json_schema: { name: "response", schema: open, strict: false },
  });
});

Deno.test("translateRequest() tells the schema in words where there are none (R57)", () => {
  const { response_format, messages } = toChat({
    system: "S",
    output_config: { format: { type: "json_schema", schema: closed } },
  }, targetAt(deepseek, "deepseek-v4-pro"));
  deepEqual(response_format, { type: "json_object" });
  const [first] = messages;
  equal(first?.role, "system");
  ok(typeof first?.content === "string");
  match(first.content, /^S\n\n.*JSON/);
  ok(first.content.includes(JSON.stringify(closed)));
});

Deno.test("translateRequest() sends who asks as hashes alone (R58)", () => {
  const userId = JSON.stringify({
    device_id: "d".repeat(64),
    account_uuid: "",
    session_id: "0ab1c2d3-session",
  });
  const chat = toChat(
    { metadata: { user_id: userId } },
    targetAt(openai, "gpt-4o"),
  );
  match(chat.safety_identifier ?? "", /^[0-9a-f]{64}$/);
  match(chat.prompt_cache_key ?? "", /^[0-9a-f]{32}$/);
  const sent = JSON.stringify(chat);
  equal(/0ab1c2d3|dddddddd|user_id/.test(sent), false);
});

Deno.test("translateRequest() keeps the client's own fields to itself", () => {
  const chat = toChat({
    service_tier: "auto",
    context_management: { edits: [] }, // R59
    cache_control: { type: "ephemeral" },
    metadata: { user_id: "u" },
    container: "c",
    unheard_of: 1,
  });
  deepEqual(Object.keys(chat), ["model", "messages", "max_tokens", "stream"]);
});

Deno.test("translateRequest() does not change the request it is given", () => {
  const request = aRequest({
    system: billed("abc"),
    tools: [{ name: "a", input_schema: { type: "object" } }],
    messages: [hi, { role: "system", content: "S2" }],
  });
  const before = JSON.stringify(request);
  const notices = new Notices();
  translateRequest(request, { target: aTarget(), inputTokens: 1, notices });
  equal(JSON.stringify(request), before);
});
