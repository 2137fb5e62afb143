/**
 * Both majors of the official SDK as judges of the whole proxy, on its port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import Anthropic from "@anthropic-ai/sdk";
import { demo } from "../src/demo/dialect.ts";
import { ASKED, connect, errorOf, SDKS } from "./sdks.ts";
import { startProxy } from "./support.ts";

const BASH = {
  name: "Bash",
  description: "Runs a command",
  input_schema: {
    type: "object" as const,
    properties: { command: { type: "string" } },
    required: ["command"],
  },
};

/** A question whose answer runs these commands. */
function asking(...commands: string[]) {
  const content = commands.map((command) => `Run \`${command}\``).join(" and ");
  const messages = [{ role: "user" as const, content }];
  return { ...ASKED, messages, tools: [BASH] };
}

function textOf({ content }: Pick<Anthropic.Message, "content">): string {
  return content.map((block) => block.type === "text" ? block.text : "")
    .join("");
}

function toolUses({ content }: Anthropic.Message): Anthropic.ToolUseBlock[] {
  return content.filter((block) => block.type === "tool_use");
}

for (const [name, sdk] of Object.entries(SDKS)) {
  Deno.test(`${name} streams text`, async () => {
    await using proxy = startProxy();
    const stream = connect(sdk, proxy).messages.stream(ASKED);
    let heard = "";
    stream.on("text", (text) => heard += text);
    const message = await stream.finalMessage();
    match(heard, /You wrote: "Hello"/);
    equal(textOf(message), heard);
    equal(message.model, ASKED.model);
    equal(message.stop_reason, "end_turn");
    ok(message.usage.input_tokens > 0);
    ok(message.usage.output_tokens > 0);
  });

  Deno.test(`${name} gets the same answer whole`, async () => {
    await using proxy = startProxy();
    const { messages } = connect(sdk, proxy);
    const whole = await messages.create(ASKED);
    const streamed = await messages.stream(ASKED).finalMessage();
    deepEqual(whole.content, streamed.content);
    deepEqual(whole.usage, streamed.usage);
    match(whole._request_id ?? "", /^req_\w+/);
  });

  Deno.test(`${name} calls a tool and sends its result`, async () => {
    await using proxy = startProxy();
    const { messages } = connect(sdk, proxy);
    const question = asking("ls");
    const called = await messages.stream(question).finalMessage();
    equal(called.stop_reason, "tool_use");
    const [use] = toolUses(called);
    deepEqual(use?.input, { command: "ls" });
    const answered = await messages.stream({
      ...question,
      messages: [
        ...question.messages,
        { role: "assistant", content: called.content },
        {
          role: "user",
          content: [{
            type: "tool_result",
            tool_use_id: use?.id ?? "",
            content: "README.md",
          }],
        },
      ],
    }).finalMessage();
    equal(answered.stop_reason, "end_turn");
    match(textOf(answered), /README\.md/);
  });

  Deno.test(`${name} calls tools in parallel`, async () => {
    await using proxy = startProxy();
    const { messages } = connect(sdk, proxy);
    for (
      const message of [
        await messages.stream(asking("ls", "pwd")).finalMessage(),
        await messages.create(asking("ls", "pwd")),
      ]
    ) {
      const [first, second] = toolUses(message);
      deepEqual(first?.input, { command: "ls" });
      deepEqual(second?.input, { command: "pwd" });
      notEqual(first?.id, second?.id);
    }
  });

  Deno.test(`${name} reads thinking and sends it back`, async () => {
    await using proxy = startProxy({
      dialect: demo,
      environment: { UPSTREAM_API: "chat" },
    });
    const { messages } = connect(sdk, proxy);
    const question = {
      ...ASKED,
      thinking: { type: "adaptive" as const },
      output_config: { effort: "high" as const },
    };
    const message = await messages.stream(question).finalMessage();
    const [thinking] = message.content;
    ok(thinking?.type === "thinking");
    notEqual(thinking.thinking, "");
    notEqual(thinking.signature, "");
    await messages.create({
      ...question,
      messages: [
        ...question.messages,
        { role: "assistant", content: message.content },
        { role: "user", content: "Why?" },
      ],
    });
    const history = proxy.upstream.exchanges[1]?.body.messages ?? [];
    equal(Object(history[1]).reasoning_content, thinking.thinking);
  });

  Deno.test(`${name} counts tokens`, async () => {
    await using proxy = startProxy();
    const { messages } = connect(sdk, proxy);
    const { model } = ASKED;
    const few = await messages.countTokens({ model, messages: ASKED.messages });
    const more = await messages.countTokens({ ...asking("ls"), model });
    ok(few.input_tokens > 0);
    ok(more.input_tokens > few.input_tokens);
    equal(proxy.upstream.exchanges.length, 0);
  });

  Deno.test(`${name} lists models and retrieves each`, async () => {
    await using proxy = startProxy();
    const { models } = connect(sdk, proxy);
    const listed = await Array.fromAsync(models.list({ limit: 1 }));
    deepEqual(listed.map(({ id }) => id), [
      "anthropic/big-model",
      "anthropic/small-model",
    ]);
    for (const model of listed) {
      deepEqual(fieldsOf(await models.retrieve(model.id)), fieldsOf(model));
    }
    const error = await errorOf(sdk, models.retrieve("unknown"));
    ok(error instanceof sdk.NotFoundError);
  });

  Deno.test(`${name} runs tools in a loop, without threads`, async (t) => {
    for (const stream of [false, true]) {
      await t.step(`stream: ${stream}`, async () => {
        await using proxy = startProxy();
        const statuses: number[] = [];
        const { beta } = connect(sdk, proxy, {
          async fetch(input, init) {
            const response = await fetch(input, init);
            statuses.push(response.status);
            return response;
          },
        });
        const inputs: unknown[] = [];
        const run = (input: unknown) => {
          inputs.push(input);
          return "README.md";
        };
        const parse = (input: unknown) => input;
        const tools = [{ ...BASH, run, parse }];
        const asked = { ...asking("ls"), tools, stream };
        const message = await beta.messages.toolRunner(asked);
        deepEqual(inputs, [{ command: "ls" }]);
        match(textOf(Object(message)), /README\.md/);
        const refusals = sdk === Anthropic ? [400] : []; // 1.x wants a thread
        deepEqual(statuses, [...refusals, 200, 200]);
      });
    }
  });
}

/** A model without what the SDK itself adds. */
function fieldsOf(model: object): unknown {
  return JSON.parse(JSON.stringify({ ...model, _request_id: undefined }));
}
