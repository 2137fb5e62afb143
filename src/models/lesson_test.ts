import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { type Capabilities, PLAIN } from "../openai/capabilities.ts";
import { toLesson } from "./lesson.ts";

interface Row {
  /** What an upstream says; from contract 4.3 and 4.6. */
  text: string;
  learned: Partial<Capabilities>;
  /** What is known before. */
  known?: Partial<Capabilities>;
  /** What the same words teach when they are repeated. */
  further?: Partial<Capabilities>;
}

const GROUPS: Record<string, Row[]> = {
  "names of the limit (E15)": [
    {
      text:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      learned: { maxTokensField: "max_completion_tokens" },
    },
    {
      text: "Extra inputs are not permitted: max_completion_tokens",
      learned: { maxTokensField: "max_tokens" },
      known: { maxTokensField: "max_completion_tokens" },
    },
  ],
  "sampling (E16)": [
    {
      text:
        "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
      learned: { sampling: false },
    },
    {
      text: "Unrecognized request argument supplied: top_k",
      learned: { topK: false },
      known: { topK: true },
    },
  ],
  "reasoning with tools (E17)": [
    {
      text:
        "Function tools with reasoning_effort are not supported for gpt-5.6-terra in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
      learned: { toolsWithReasoning: false },
      known: { efforts: ["none", "low"] },
    },
  ],
  "summaries of reasoning (P12)": [
    {
      text:
        "Your organization must be verified to generate reasoning summaries. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization.",
      learned: { reasoningSummaries: false },
    },
  ],
  "reasoning that is sent back (P13, P14)": [
    "Item 'rs_0af1' of type 'reasoning' was provided without its required following item.",
    "Item with id 'rs_0af1' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.",
    "Duplicate item found with id rs_0af1. Remove duplicate items from your input and try again.",
    "invalid_encrypted_content\nThe encrypted content gAAA...Rg== could not be verified.",
    "The encrypted content for item rs_0af1 could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
  ].map((text) => ({ text, learned: { reasoningBack: false } })),
  "what OpenAI gives some alone": [
    {
      text: "Encrypted content is not supported with this model.",
      learned: { encryptedReasoning: false },
    },
    {
      text:
        "Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings/organization/general",
      learned: { streaming: false },
    },
    {
      text: "Unknown parameter: 'prompt_cache_retention'.",
      learned: { cacheRetention: false },
      known: { cacheRetention: true },
    },
    {
      text: "Unrecognized request argument supplied: service_tier",
      learned: { serviceTier: false },
      known: { serviceTier: true },
    },
  ],
  "efforts": [
    {
      text:
        "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
      learned: { efforts: [] },
      known: { efforts: ["low"] },
    },
    {
      text:
        "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values are: 'low', 'medium', and 'high'.",
      learned: { efforts: ["low", "medium", "high"] },
      known: { efforts: ["none", "low"] },
    },
    {
      text: "Unknown parameter: 'reasoning_effort'",
      learned: { efforts: [] },
      known: { efforts: ["low"] },
    },
    {
      text: '"gemma3:12b" does not support thinking',
      learned: { efforts: [], thinkingOn: null, thinkingOff: null },
      known: { efforts: ["none", "low"] },
    },
    {
      text: "Unrecognized field: chat_template_kwargs",
      learned: { thinkingOn: null, thinkingOff: null },
      known: { thinkingOff: { chat_template_kwargs: {} } },
    },
  ],
  "signatures of calls (E18)": [
    {
      text:
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly",
      learned: { callSignatures: "filled" },
    },
    {
      text: "Corrupted thought signature.",
      learned: { callSignatures: "dummy" },
      known: { callSignatures: "filled" },
    },
  ],
  "earlier reasoning (E19)": [
    {
      text:
        "The reasoning_content in the thinking mode must be passed back to the API.",
      learned: { reasoningField: "reasoning_content", reasoningRequired: true },
    },
    {
      text:
        "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
      learned: { reasoningField: "reasoning_content", reasoningRequired: true },
    },
    {
      text:
        "The reasoning_content is an intermediate result; remove the reasoning_content field from messages",
      learned: { reasoningField: null, reasoningRequired: false },
      known: { reasoningField: "reasoning_content", reasoningRequired: true },
    },
  ],
  "system messages (E20)": [
    {
      text: "System message must be at the beginning.",
      learned: { laterSystem: "reminder" },
      known: { laterSystem: "in place" },
    },
    {
      text:
        "Conversation roles must alternate user/assistant/user/assistant/...",
      learned: { laterSystem: "reminder" },
      known: { laterSystem: "in place" },
    },
    {
      text: "Unexpected role 'user' after role 'tool'",
      learned: { userAfterTool: false },
    },
    {
      text:
        "messages[0].role: 'developer' is not one of ['system', 'assistant', 'user', 'tool']",
      learned: { systemRole: "system" },
      known: { systemRole: "developer" },
    },
  ],
  "tool choice": [
    {
      text: "Thinking mode does not support this tool_choice",
      learned: { forcedWhileThinking: false },
      further: { toolChoice: "auto" },
    },
    {
      text:
        "Invalid tool_choice type: 'object'. Supported string values: none, auto, required",
      learned: { toolChoice: "required" },
      further: { toolChoice: "auto" },
    },
    {
      text: "tool_choice: Input should be 'auto', 'none' or 'any'",
      learned: { toolChoice: "any" },
    },
    {
      text: "Unsupported value for tool_choice: only auto",
      learned: { toolChoice: "auto" },
    },
    {
      text: "Unknown parameter: 'parallel_tool_calls'",
      learned: { parallelToolCalls: false },
    },
    {
      text:
        "Tool call id was toolu_01AbC but must be a-z, A-Z, 0-9, with a length of 9.",
      learned: { callIds: "9 characters" },
    },
    {
      text: "messages.3.content: content cannot be null",
      learned: { nullContent: false },
    },
  ],
  "schemas": [
    {
      text:
        "Invalid JSON payload received. Unknown name \"$schema\" at 'tools[0].function_declarations[0].parameters': Cannot find field.",
      learned: { schemas: "subset" },
    },
    {
      text:
        "Invalid schema for function 'x': schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
      learned: { schemas: "flat" },
    },
    {
      text: "'response_format.type' : json_schema is unavailable now",
      learned: { jsonSchema: false },
    },
  ],
  "what only tunes": [
    {
      text: "Extra inputs are not permitted: stream_options",
      learned: { streamUsage: false },
    },
    {
      text: "Unknown parameter: 'prompt_cache_key'",
      learned: { promptCacheKey: false },
      known: { promptCacheKey: true },
    },
    {
      text: "Unknown parameter: 'safety_identifier'",
      learned: { safetyIdentifier: false },
      known: { safetyIdentifier: true },
    },
  ],
};

for (const [of, rows] of Object.entries(GROUPS)) {
  for (const { text, learned, known, further } of rows) {
    const before = { ...PLAIN, ...known };
    const failure = { message: text, codes: [], text };

    Deno.test(`toLesson() learns of ${of}: ${text.slice(0, 60)}`, () => {
      deepEqual(toLesson(failure, before)?.capabilities, learned);
    });

    Deno.test(`toLesson() learns no word twice: ${text.slice(0, 60)}`, () => {
      const after = { ...before, ...learned };
      deepEqual(toLesson(failure, after)?.capabilities, further);
      const last = toLesson(failure, { ...after, ...further });
      equal(last, null);
    });
  }
}

Deno.test("toLesson() learns how much a model gives", () => {
  for (
    const text of [
      "max_tokens is too large: 128000. This model supports at most 16384 completion tokens",
      "max_tokens must be less than or equal to 16384",
      "Invalid max_tokens value, the valid range: maximum value is 16384",
    ]
  ) {
    const failure = { message: text, codes: [], text };
    equal(toLesson(failure, PLAIN)?.maxOutputTokens, 16_384, text);
  }
});

Deno.test("toLesson() learns nothing of what no other request would mend", () => {
  for (
    const text of [
      "",
      "Invalid API key",
      "This model's maximum context length is 128000 tokens.",
      "Rate limit reached for requests",
      '"auto" tool choice requires --enable-auto-tool-choice to be set',
      "The server had an error while processing your request",
    ]
  ) equal(toLesson({ message: text, codes: [], text }, PLAIN), null, text);
});

Deno.test("toLesson() goes by the parameter where the words do not name it", () => {
  const known = { ...PLAIN, efforts: ["none", "max"] as const };
  const efforts = toLesson({
    message: "",
    codes: [],
    text:
      "Unsupported value: 'max' is not supported with the 'gpt-5.1' model. Supported values are: 'none', 'low', 'medium', and 'high'.",
    param: "reasoning.effort",
  }, known);
  deepEqual(efforts?.capabilities, {
    efforts: ["none", "low", "medium", "high"],
  });
  const text = "Unsupported value";
  const failure = { message: "", codes: [], text };
  equal(toLesson(failure, known), null);
  deepEqual(
    toLesson({ ...failure, param: "reasoning.summary" }, known)?.capabilities,
    { reasoningSummaries: false },
  );
});

Deno.test("toLesson() learns of one conversation's reasoning for that alone", () => {
  const failure = { message: "", codes: [], text: "invalid_encrypted_content" };
  equal(toLesson(failure, PLAIN)?.isOfRequest, true);
  const other = { ...failure, text: "must be verified to stream this model" };
  equal(toLesson(other, PLAIN)?.isOfRequest, undefined);
});
