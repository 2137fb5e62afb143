/**
 * Two proxies in a row, the second being an upstream that speaks the Messages
 * API, with both majors of the official SDK as judges.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { demo } from "../src/demo/dialect.ts";
import {
  errorReply,
  eventStream,
  startPassing,
  STREAM,
} from "./messages_upstream.ts";
import { readMessage } from "./read_message.ts";
import { ASKED, connect, errorOf, SDKS } from "./sdks.ts";
import { postMessages, type ProxyOptions, startProxy } from "./support.ts";

/** A proxy that passes through to another one, which translates. */
function startChain(options: ProxyOptions = {}) {
  const second = startProxy({
    dialect: demo,
    environment: { UPSTREAM_API: "chat" },
    ...options,
  });
  const first = startProxy({
    environment: {
      OPENAI_BASE_URL: `${second.url}/v1`,
      UPSTREAM_API: "anthropic",
    },
  });
  return {
    first,
    second,
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

const THINKING = {
  ...ASKED,
  thinking: { type: "adaptive" as const },
  output_config: { effort: "high" as const },
};

for (const [name, sdk] of Object.entries(SDKS)) {
  Deno.test(`${name} gets the same through two proxies, streamed and whole (C10)`, async () => {
    await using chain = startChain();
    const { messages } = connect(sdk, chain.first);
    const streamed = await messages.stream(THINKING).finalMessage();
    const whole = await messages.create(THINKING);
    const direct = await connect(sdk, chain.second).messages.create(THINKING);
    equal(streamed.model, ASKED.model);
    equal(whole.model, ASKED.model);
    match(whole._request_id ?? "", /^req_\w+/);
    deepEqual(whole.content, direct.content);
    deepEqual(streamed.content, direct.content);
    equal(streamed.usage.output_tokens, direct.usage.output_tokens);
    ok(streamed.usage.input_tokens > 0);
  });

  Deno.test(`${name} calls tools through two proxies and keeps its thinking`, async () => {
    await using chain = startChain();
    const { messages } = connect(sdk, chain.first);
    const content = "Run `ls`";
    const question = {
      ...THINKING,
      messages: [{ role: "user" as const, content }],
      tools: [{
        name: "Bash",
        input_schema: {
          type: "object" as const,
          properties: { command: { type: "string" } },
        },
      }],
    };
    const called = await messages.stream(question).finalMessage();
    equal(called.stop_reason, "tool_use");
    const use = called.content.find((block) => block.type === "tool_use");
    deepEqual(use?.input, { command: "ls" });
    const result = {
      type: "tool_result" as const,
      tool_use_id: use?.id ?? "",
      content: "README.md",
    };
    const answered = await messages.create({
      ...question,
      messages: [
        ...question.messages,
        { role: "assistant", content: called.content },
        { role: "user", content: [result] },
      ],
    });
    match(JSON.stringify(answered.content), /README\.md/);
    const thinking = called.content.find(({ type }) => type === "thinking");
    const history = chain.second.upstream.exchanges[1]?.body.messages ?? [];
    equal(Object(history[1]).reasoning_content, Object(thinking).thinking);
  });

  Deno.test(`${name} bears pings before the first event of a passed-through answer`, async () => {
    const pinged = Promise.withResolvers<void>();
    await using passing = await startPassing(async () => {
      await pinged.promise;
      return eventStream(STREAM);
    }, { times: { commitMs: 5, pingMs: 5 } });
    const { messages } = connect(sdk, passing.proxy, {
      async fetch(input, init) {
        const response = await fetch(input, init);
        pinged.resolve(); // the status line has come, and so will pings
        return response;
      },
    });
    const { content } = await messages.stream(ASKED).finalMessage();
    equal(Object(content[0]).text, "Hello");
  });

  Deno.test(`${name} tells errors of a passed-through upstream by their class`, async () => {
    const rows: [number, string, unknown][] = [
      [400, "invalid_request_error", sdk.BadRequestError],
      [401, "authentication_error", sdk.AuthenticationError],
      [404, "not_found_error", sdk.NotFoundError],
      [429, "rate_limit_error", sdk.RateLimitError],
      [500, "api_error", sdk.InternalServerError],
    ];
    for (const [status, type, expected] of rows) {
      await using passing = await startPassing(
        () => errorReply(status, { type, message: "No" }),
        { retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 } },
      );
      const { messages } = connect(sdk, passing.proxy);
      for (
        const call of [
          messages.create(ASKED),
          messages.stream(ASKED).finalMessage(),
        ]
      ) {
        const error = await errorOf(sdk, call);
        ok(typeof expected === "function" && error instanceof expected);
      }
    }
  });
}

Deno.test("two proxies in a row keep the grammar of events", async () => {
  await using chain = startChain();
  const response = await postMessages(chain.first, {
    stream: true,
    thinking: { type: "adaptive" },
    output_config: { effort: "high" },
  });
  const { model, content } = await readMessage(response);
  equal(model, "claude-sonnet-5");
  deepEqual(content.map(({ type }) => type), ["thinking", "text"]);
});
