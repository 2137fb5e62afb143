import { deepStrictEqual as deepEqual, throws } from "node:assert";
import { BadRequest } from "../bad_request.ts";
import { parseResponsesRequest } from "./request.ts";

const TOOL = {
  type: "function",
  name: "Bash",
  parameters: { type: "object" },
  strict: false,
};

const USER = { role: "user", content: "Hi" };

function body(rest: Record<string, unknown> = {}): string {
  return JSON.stringify({ model: "demo", input: "Hi", ...rest });
}

function input(...items: unknown[]): string {
  return body({ input: items });
}

function call(call_id: string, rest: Record<string, unknown> = {}): unknown {
  const type = "function_call";
  return { type, call_id, name: "Bash", arguments: "{}", ...rest };
}

function output(call_id: string, output: unknown = "ok"): unknown {
  return { type: "function_call_output", call_id, output };
}

function asking(model: string, rest: Record<string, unknown>): string {
  return body({ model, ...rest });
}

const REFUSED: [name: string, bodyText: string, message: RegExp][] = [
  ["what is not JSON", "{", /could not parse the JSON body/],
  ["a missing model", '{"input":"Hi"}', /^Missing .*'model'/],
  ["missing input", '{"model":"demo"}', /^Missing .*'input'/],
  ["no items", input(), /^One of 'input' or .* must be provided\.$/],
  [
    "a parameter of Chat Completions",
    body({ stop: ["x"] }),
    /^Unknown parameter: 'stop'\.$/,
  ],
  [
    "an unknown field of an item",
    input({ ...USER, name: "me" }),
    /^Unknown parameter: 'input\[0\]\.name'\.$/,
  ],
  [
    "a function as Chat Completions writes it",
    body({ tools: [{ type: "function", function: { name: "Bash" } }] }),
    /tools\[0\]/,
  ],
  [
    "an answer of fewer than 16 tokens",
    body({ max_output_tokens: 5 }),
    /^Invalid 'max_output_tokens': integer below minimum value\. Expected a value >= 16, but got 5 instead\.$/,
  ],
  [
    "input_text that the model said",
    input(USER, {
      role: "assistant",
      content: [{ type: "input_text", text: "a" }],
    }, USER),
    /^Invalid value: 'input_text'\. Supported values are: 'output_text' and 'refusal'\.$/,
  ],
  [
    "output_text that the user said",
    input({ role: "user", content: [{ type: "output_text", text: "a" }] }),
    /^Invalid value: 'output_text'\. Supported values are: 'input_text', 'input_image' and 'input_file'\.$/,
  ],
  [
    "an unknown item",
    input({ type: "thought" }),
    /^Invalid value: 'thought'\. Supported values are: 'message', /,
  ],
  [
    "a call that nothing answers",
    input(USER, call("call_1"), call("call_2"), output("call_1")),
    /^No tool output found for function call call_2\.$/,
  ],
  [
    "an output that no call precedes",
    input(USER, output("call_1"), call("call_1")),
    /^No tool call found for function call output with call_id call_1\.$/,
  ],
  [
    "a call id that is too long",
    input(call("c".repeat(65)), output("c".repeat(65))),
    /^Invalid 'input\[0\]\.call_id': string too long\./,
  ],
  [
    "a call's id that is not one of OpenAI's",
    input(call("call_1", { id: "toolu_1" }), output("call_1")),
    /^Invalid 'input\[0\]\.id'/,
  ],
  [
    "an item given twice",
    input(
      call("call_1", { id: "fc_1" }),
      call("call_2", { id: "fc_1" }),
      output("call_1"),
      output("call_2"),
    ),
    /^Duplicate item found with id fc_1\./,
  ],
  [
    "an item that is only named",
    input({ type: "item_reference", id: "rs_1" }),
    /^Item with id 'rs_1' not found\./,
  ],
  [
    "a strict function with an open schema",
    body({ tools: [{ ...TOOL, strict: true }] }),
    /^Invalid schema for function 'Bash': .*'additionalProperties'/,
  ],
  [
    "a strict format with an open schema",
    body({
      text: {
        format: { type: "json_schema", name: "a", schema: {}, strict: true },
      },
    }),
    /^Invalid schema for response_format 'a'/,
  ],
  [
    "a choice of a tool that is not there",
    body({ tools: [TOOL], tool_choice: { type: "function", name: "Read" } }),
    /^Tool choice 'function' not found/,
  ],
  [
    "a forced choice of nothing",
    body({ tool_choice: "required" }),
    /^Tool choice 'required' must/,
  ],
  [
    "effort of a model that does not reason",
    asking("gpt-4o", { reasoning: { effort: "low" } }),
    /^Unsupported parameter: 'reasoning\.effort'/,
  ],
  [
    "encrypted reasoning of a model that does not reason",
    asking("gpt-4.1", { include: ["reasoning.encrypted_content"] }),
    /^Encrypted content is not supported/,
  ],
  [
    "temperature of a model that reasons",
    asking("gpt-5.6-sol", { temperature: 0.5 }),
    /^Unsupported parameter: 'temperature'/,
  ],
  [
    "an earlier response",
    body({ previous_response_id: "resp_1" }),
    /^Previous response with id 'resp_1' not found\.$/,
  ],
];

for (const [name, bodyText, message] of REFUSED) {
  Deno.test(`parseResponsesRequest() refuses ${name}`, () => {
    throws(() => parseResponsesRequest(bodyText), (thrown) => {
      if (!(thrown instanceof BadRequest)) throw thrown;
      throws(() => {
        throw thrown;
      }, { message });
      return true;
    });
  });
}

Deno.test("parseResponsesRequest() names the parameter at fault", () => {
  const at = (bodyText: string) => {
    try {
      parseResponsesRequest(bodyText);
    } catch (error) {
      if (error instanceof BadRequest) return error.toBody().error;
    }
  };
  deepEqual(at(body({ max_output_tokens: 5 })), {
    message:
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 5 instead.",
    type: "invalid_request_error",
    param: "max_output_tokens",
    code: "integer_below_min_value",
  });
  deepEqual(at(body({ stop: "x" }))?.code, "unknown_parameter");
});

Deno.test("parseResponsesRequest() returns the body untouched", () => {
  const text = body({
    instructions: "S",
    input: [
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "look" },
          { type: "input_image", image_url: "data:image/png;base64,aGk=" },
          {
            type: "input_file",
            filename: "a.pdf",
            file_data: "data:application/pdf;base64,JVBERi0=",
          },
        ],
      },
      { role: "assistant", content: "Let me see" },
      call("call_1"),
      call("call_2", { id: "fc_2", status: "completed" }),
      output("call_2", [{ type: "input_text", text: "two" }]),
      output("call_1"),
      {
        type: "message",
        id: "msg_1",
        role: "assistant",
        status: "completed",
        phase: "final_answer",
        content: [{ type: "output_text", text: "Done", annotations: [] }],
      },
      { role: "developer", content: "S2" },
      USER,
    ],
    tools: [TOOL, { type: "web_search", filters: { allowed_domains: ["a"] } }],
    tool_choice: { type: "function", name: "Bash" },
    parallel_tool_calls: false,
    max_output_tokens: 16,
    reasoning: { effort: "high", summary: "auto" },
    include: ["reasoning.encrypted_content"],
    store: false,
    stream: true,
    prompt_cache_key: "k",
    safety_identifier: "s",
    service_tier: "auto",
  });
  deepEqual(parseResponsesRequest(text), JSON.parse(text));
});
