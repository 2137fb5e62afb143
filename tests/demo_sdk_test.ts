/**
 * The official SDK reads what the embedded upstream sends in the Responses API.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { OpenAI } from "openai/index";
import type {
  ResponseCreateParamsStreaming,
  ResponseInputItem,
} from "openai/resources/responses/responses";
import { serveDemoUpstream } from "../src/demo/serve.ts";

const ASKED = {
  model: "demo-large",
  input: "run `ls` and run `pwd`",
  tools: [{
    type: "function",
    name: "Bash",
    parameters: { type: "object", properties: { command: { type: "string" } } },
    strict: false,
  }],
  reasoning: { effort: "low", summary: "auto" },
  include: ["reasoning.encrypted_content"],
  store: false,
  stream: true,
} satisfies ResponseCreateParamsStreaming;

function connect({ baseUrl }: { baseUrl: string }): OpenAI {
  return new OpenAI({ apiKey: "any", baseURL: baseUrl, maxRetries: 0 });
}

Deno.test("the official SDK puts the embedded upstream's stream together", async () => {
  await using served = serveDemoUpstream();
  const stream = connect(served).responses.stream(ASKED);
  const { output, usage } = await stream.finalResponse();
  deepEqual(output.map(({ type }) => type), [
    "reasoning",
    "function_call",
    "function_call",
  ]);
  const [exchange] = served.upstream.exchanges;
  const given = exchange?.output.map(({ arguments: text }) => text);
  deepEqual(
    output.map((item) =>
      item.type === "function_call" ? item.arguments : undefined
    ),
    given,
  );
  equal(usage?.total_tokens, usage && usage.input_tokens + usage.output_tokens);
});

Deno.test("the official SDK sends the embedded upstream's items back to it", async () => {
  await using served = serveDemoUpstream();
  const client = connect(served);
  const { stream: _, ...asked } = ASKED;
  const first = await client.responses.create(asked);
  const said = first.output.flatMap((item): ResponseInputItem[] => {
    if (item.type === "reasoning") return [item];
    if (item.type !== "function_call") return [];
    const type = "function_call_output";
    return [item, { type, call_id: item.call_id, output: "a.txt" }];
  });
  const input: ResponseInputItem[] = [
    { role: "user", content: ASKED.input },
    ...said,
  ];
  const second = await client.responses.create({ ...asked, input });
  match(second.output_text, /a\.txt/);
});

Deno.test("the official SDK tells what the embedded upstream refuses", async () => {
  await using served = serveDemoUpstream();
  const refused = connect(served).responses.create({
    ...ASKED,
    stream: false,
    max_output_tokens: 5,
  });
  await rejects(refused, {
    status: 400,
    code: "integer_below_min_value",
    param: "max_output_tokens",
  });
});
