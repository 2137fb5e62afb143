import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
  throws,
} from "node:assert";
import { aRequest, targetAt } from "../../tests/builders.ts";
import { toResponses } from "../../tests/responses_builders.ts";
import { azure } from "../dialects/azure.ts";
import { openai } from "../dialects/openai.ts";
import { Notices } from "./notices.ts";
import { translateResponsesRequest } from "./responses_request.ts";

const TOOL = {
  name: "Bash",
  description: "Runs",
  input_schema: {
    type: "object",
    properties: { command: { type: "string" } },
    required: ["command"],
    additionalProperties: false,
  },
};
const OPEN = { name: "Read", input_schema: { type: "object" } };
const SEARCH = { type: "web_search_20250305", name: "web_search" };
const SHOWN = { thinking: { type: "adaptive" } };

/** The same for OpenAI, with one of its models. */
function atOpenai(fields: Record<string, unknown>, model = "gpt-5.6-sol") {
  return translateResponsesRequest(aRequest(fields), {
    target: targetAt(openai, model, "responses"),
    inputTokens: 10,
    sessionId: "session",
    notices: new Notices(),
  });
}

Deno.test("translateResponsesRequest() sends a plain request with what is always sent", () => {
  deepEqual(toResponses({ system: "S" }), {
    model: "m",
    instructions: "S",
    input: [{
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "hi" }],
    }],
    max_output_tokens: 50,
    include: ["reasoning.encrypted_content"],
    store: false,
    stream: true,
  });
});

Deno.test("translateResponsesRequest() leaves the billing line out of the instructions", () => {
  const billing = "x-anthropic-billing-header: cc_version=1";
  const system = [billing, "A", "B"].map((text) => ({ type: "text", text }));
  equal(toResponses({ system }).instructions, "A\n\nB");
  equal("instructions" in toResponses({ system: billing }), false);
});

Deno.test("translateResponsesRequest() says strict of every function (P1)", () => {
  const strict = { ...TOOL, strict: true };
  const { tools } = toResponses({
    tools: [TOOL, { ...OPEN, strict: true }, { ...strict, name: "Strict" }],
  }, { strictTools: true });
  deepEqual(tools, [
    {
      type: "function",
      name: "Bash",
      description: "Runs",
      parameters: TOOL.input_schema,
      strict: false,
    },
    {
      type: "function",
      name: "Read",
      parameters: { type: "object", properties: {} },
      strict: false,
    },
    {
      type: "function",
      name: "Strict",
      description: "Runs",
      parameters: TOOL.input_schema,
      strict: true,
    },
  ]);
});

const CHOICES: [Record<string, unknown>, unknown][] = [
  [{ type: "auto" }, "auto"],
  [{ type: "any" }, "required"],
  [{ type: "none" }, "none"],
  [{ type: "tool", name: "Bash" }, { type: "function", name: "Bash" }],
];

for (const [tool_choice, expected] of CHOICES) {
  Deno.test(`translateResponsesRequest() makes a choice of ${JSON.stringify(tool_choice)}`, () => {
    const request = toResponses({ tools: [TOOL], tool_choice });
    deepEqual(request.tool_choice, expected);
  });
}

Deno.test("translateResponsesRequest() keeps a client's calls apart that wants one at a time", () => {
  const tool_choice = { type: "auto", disable_parallel_tool_use: true };
  equal(toResponses({ tools: [TOOL], tool_choice }).parallel_tool_calls, false);
  equal("parallel_tool_calls" in toResponses({ tools: [TOOL] }), false);
});

Deno.test("translateResponsesRequest() asks for no less than the API gives (P11)", () => {
  equal(toResponses({ max_tokens: 5 }).max_output_tokens, 16);
  equal(toResponses({ max_tokens: 17 }).max_output_tokens, 17);
});

Deno.test("translateResponsesRequest() asks for a summary of thinking that is shown", () => {
  const efforts = ["low", "high"] as const;
  const fields = { ...SHOWN, output_config: { effort: "high" } };
  deepEqual(toResponses(fields, { efforts }).reasoning, {
    effort: "high",
    summary: "auto",
  });
  const omitted = { thinking: { type: "adaptive", display: "omitted" } };
  for (const fields of [omitted, {}, { thinking: { type: "disabled" } }]) {
    equal("reasoning" in toResponses(fields), false);
  }
  const unsummed = { efforts, reasoningSummaries: false };
  deepEqual(toResponses(fields, unsummed).reasoning, { effort: "high" });
});

Deno.test("translateResponsesRequest() does not ask for reasoning that the model cannot encrypt", () => {
  equal("include" in toResponses({}, { encryptedReasoning: false }), false);
});

Deno.test("translateResponsesRequest() asks for an answer that matches a schema", () => {
  const schema = {
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
    additionalProperties: false,
  };
  const output_config = { format: { type: "json_schema", schema } };
  deepEqual(toResponses({ output_config }).text, {
    format: { type: "json_schema", name: "response", schema, strict: true },
  });
  const told = toResponses({ output_config }, { jsonSchema: false });
  deepEqual(told.text, { format: { type: "json_object" } });
  match(told.instructions ?? "", /JSON schema/);
});

Deno.test("translateResponsesRequest() tells what it leaves out", () => {
  const notices = new Notices();
  toResponses(
    { top_k: 5, temperature: 0.5, output_config: { effort: "high" } },
    { sampling: false },
    notices,
  );
  deepEqual(notices.list().toSorted(), [
    "effort left out: the model takes none",
    "temperature left out: the model takes none",
    "top_k left out: the model takes none",
  ]);
});

Deno.test("translateResponsesRequest() names nobody to OpenAI, only hashes", () => {
  const user_id = JSON.stringify({ device_id: "device", session_id: "s1" });
  const request = atOpenai({ metadata: { user_id } });
  match(request.safety_identifier ?? "", /^[0-9a-f]{64}$/);
  match(request.prompt_cache_key ?? "", /^[0-9a-f]{32}$/);
  equal(JSON.stringify(request).includes("device"), false);
});

Deno.test("translateResponsesRequest() keeps a prompt for a day where an hour is asked and the model can", () => {
  const cache_control = { type: "ephemeral", ttl: "1h" };
  const places = [
    { cache_control },
    { system: [{ type: "text", text: "S", cache_control }] },
    { tools: [{ ...TOOL, cache_control }] },
    {
      messages: [{
        role: "user",
        content: [{ type: "text", text: "q", cache_control }],
      }],
    },
  ];
  for (const fields of places) {
    equal(atOpenai(fields, "gpt-5.1").prompt_cache_retention, "24h");
    for (const model of ["gpt-5.6-sol", "gpt-5-mini", "gpt-4o"]) {
      equal("prompt_cache_retention" in atOpenai(fields, model), false, model);
    }
  }
  const short = { cache_control: { type: "ephemeral" } };
  equal("prompt_cache_retention" in atOpenai(short, "gpt-5.1"), false);
});

Deno.test("translateResponsesRequest() passes on that standard processing is asked for", () => {
  equal(atOpenai({ service_tier: "standard_only" }).service_tier, "default");
  equal("service_tier" in atOpenai({ service_tier: "auto" }), false);
  equal(
    "service_tier" in toResponses({ service_tier: "standard_only" }),
    false,
  );
});

Deno.test("translateResponsesRequest() has OpenAI search the web, beside other tools or alone", () => {
  const search = {
    ...SEARCH,
    max_uses: 3,
    allowed_domains: ["example.com"],
    user_location: { type: "approximate", city: "Bern", district: "x" },
  };
  const request = atOpenai({ tools: [TOOL, search] });
  deepEqual(request.tools?.map(({ type }) => type), ["function", "web_search"]);
  deepEqual(request.tools?.[1], {
    type: "web_search",
    filters: { allowed_domains: ["example.com"] },
    user_location: { type: "approximate", city: "Bern" },
  });
  equal(request.max_tool_calls, 3);
  deepEqual(request.include, [
    "reasoning.encrypted_content",
    "web_search_call.action.sources",
  ]);
  const alone = atOpenai({ tools: [SEARCH], tool_choice: { type: "auto" } });
  deepEqual(alone.tools, [{ type: "web_search" }]);
  equal("tool_choice" in alone, false);
});

Deno.test("translateResponsesRequest() forces a search that is chosen", () => {
  for (
    const tool_choice of [{ type: "any" }, { type: "tool", name: "web_search" }]
  ) {
    deepEqual(atOpenai({ tools: [SEARCH], tool_choice }).tool_choice, {
      type: "allowed_tools",
      mode: "required",
      tools: [{ type: "web_search" }],
    });
  }
});

Deno.test("translateResponsesRequest() does not think too little to search", () => {
  const fields = { thinking: { type: "disabled" } };
  equal(atOpenai(fields, "gpt-5").reasoning?.effort, "minimal");
  const tools = [SEARCH];
  equal(atOpenai({ ...fields, tools }, "gpt-5").reasoning?.effort, "low");
});

Deno.test("translateResponsesRequest() asks only for what a model without reasoning takes", () => {
  const request = atOpenai({ ...SHOWN, temperature: 0.5 }, "gpt-4.1");
  equal("reasoning" in request, false);
  equal("include" in request, false);
  equal(request.temperature, 0.5);
});

Deno.test("translateResponsesRequest() gives Azure PDFs, and nothing it refuses", () => {
  const request = translateResponsesRequest(
    aRequest({
      service_tier: "standard_only",
      metadata: { user_id: "u" },
      messages: [{
        role: "user",
        content: [{
          type: "document",
          title: "a.pdf",
          source: {
            type: "base64",
            media_type: "application/pdf",
            data: "JVBERi0=",
          },
        }],
      }],
    }),
    {
      target: targetAt(azure, "gpt-5.6-sol", "responses"),
      inputTokens: 10,
      notices: new Notices(),
    },
  );
  const [message] = request.input;
  deepEqual(message, {
    type: "message",
    role: "user",
    content: [{
      type: "input_file",
      filename: "a.pdf",
      file_data: "data:application/pdf;base64,JVBERi0=",
    }],
  });
  equal("safety_identifier" in request, false);
  equal("service_tier" in request, false);
});

Deno.test("translateResponsesRequest() refuses what no upstream can be offered", () => {
  throws(
    () => toResponses({ tools: [{ type: "computer_20251124", name: "c" }] }),
    { type: "invalid_request_error" },
  );
  throws(
    () =>
      toResponses({ tools: [TOOL], tool_choice: { type: "tool", name: "x" } }),
    { type: "invalid_request_error" },
  );
});
