/**
 * An upstream's refusal is answered with a better request, once, and the next
 * client's request is right from the start.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { openaiError, refusal } from "../src/demo/replies.ts";
import type { Dialect } from "../src/dialects/dialect.ts";
import { gemini } from "../src/dialects/gemini.ts";
import { plain } from "../src/dialects/plain.ts";
import type { Capabilities } from "../src/openai/capabilities.ts";
import type { ChatRequest } from "../src/openai/chat.ts";
import { assistant, text, toolResult, toolUse, user } from "./builders.ts";
import { postMessages, startProxy } from "./support.ts";

interface Lesson {
  /** What the upstream refuses, and what it says then. */
  refuses: (chat: ChatRequest) => boolean;
  says: string;
  body: Record<string, unknown>;
  dialect?: Dialect;
}

/** The plain dialect with these capabilities. */
function dialectWith(capabilities: Partial<Capabilities>): Dialect {
  return { ...plain, capabilities: () => capabilities };
}

const CONVERSATION = [
  user(text("q")),
  assistant(text("a"), toolUse("toolu_1"), toolUse("toolu_2")),
  user(toolResult("toolu_1", "r"), toolResult("toolu_2", "r")),
];

const TOOLS = [{ name: "Bash", input_schema: { type: "object" } }];

const LESSONS: Record<string, Lesson> = {
  "the name of the limit (E15)": {
    refuses: ({ max_tokens }) => max_tokens !== undefined,
    says:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    body: {},
  },
  "a refused temperature (E16)": {
    refuses: ({ temperature }) => temperature !== undefined,
    says:
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
    body: { temperature: 0.2 },
  },
  "tools that exclude reasoning (E17)": {
    refuses: ({ tools, reasoning_effort }) =>
      tools !== undefined && reasoning_effort !== "none",
    says:
      "Function tools with reasoning_effort are not supported for m in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
    body: { tools: TOOLS, output_config: { effort: "high" } },
  },
  "signatures that calls need (E18)": {
    refuses: (chat) =>
      JSON.stringify(callsOf(chat)[0]).includes("thought_signature") === false,
    says:
      "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly",
    body: { tools: TOOLS, messages: CONVERSATION },
  },
  "reasoning that has to come back (E19)": {
    refuses: ({ messages }) =>
      messages.some((message) =>
        message.role === "assistant" && message.reasoning_content === undefined
      ),
    says:
      "The reasoning_content in the thinking mode must be passed back to the API.",
    body: { tools: TOOLS, messages: CONVERSATION },
  },
  "the place of system messages (E20)": {
    dialect: dialectWith({ laterSystem: "in place" }),
    refuses: ({ messages }) =>
      messages.slice(1).some(({ role }) => role === "system"),
    says: "System message must be at the beginning.",
    body: {
      system: "S",
      messages: [user(text("q")), { role: "system", content: "S2" }],
    },
  },
};

function callsOf({ messages }: ChatRequest) {
  return messages.flatMap((message) =>
    message.role === "assistant" ? message.tool_calls ?? [] : []
  );
}

for (
  const [what, { refuses, says, body, dialect }] of Object.entries(LESSONS)
) {
  Deno.test(`a refusal teaches ${what}, and the next request is right at once`, async () => {
    let refused = 0;
    await using proxy = startProxy({
      dialect: dialect ?? plain,
      environment: { UPSTREAM_API: "chat" },
      script: (exchange) => {
        if (!refuses(exchange.body)) return undefined;
        refused++;
        return refusal(400, openaiError(says));
      },
    });
    for (let request = 0; request < 2; request++) {
      const response = await postMessages(proxy, body);
      equal(response.status, 200, await response.text());
      equal(refused, 1);
    }
    equal(proxy.upstream.exchanges.length, 3);
    const learned = proxy.logged.filter((line) => line.includes("learned"));
    equal(learned.length, 1, proxy.logged.join("\n"));
  });
}

Deno.test("a corrupted signature is stripped and the request sent again (E18)", async () => {
  const sent: ChatRequest[] = [];
  await using proxy = startProxy({
    dialect: { ...gemini, capabilities: () => ({ callSignatures: "filled" }) },
    script: ({ body }) => {
      sent.push(body);
      return sent.length === 1
        ? refusal(400, [{
          error: {
            code: 400,
            message: "Corrupted thought signature.",
            status: "INVALID_ARGUMENT",
          },
        }])
        : undefined;
    },
  });
  const response = await postMessages(proxy, {
    tools: TOOLS,
    messages: CONVERSATION,
  });
  equal(response.status, 200, await response.text());
  const [, again] = sent;
  ok(again);
  deepEqual(callsOf(again).map(({ extra_content }) => extra_content), [
    { google: { thought_signature: "skip_thought_signature_validator" } },
    undefined,
  ]);
});

Deno.test("an answer too long for the window is asked for once more, shorter (E3)", async () => {
  const asked: (number | undefined)[] = [];
  await using proxy = startProxy({
    script: ({ body: { max_tokens } }) => {
      asked.push(max_tokens);
      return (max_tokens ?? 0) > 32_768 - 12_000
        ? refusal(400, {
          object: "error",
          message:
            "This model's maximum context length is 32768 tokens. However, you requested 64000 output tokens and your prompt contains at least 12000 input tokens, for a total of at least 76000 tokens.",
          type: "BadRequestError",
          code: 400,
        })
        : undefined;
    },
  });
  const response = await postMessages(proxy, { max_tokens: 64_000 });
  equal(response.status, 200, await response.text());
  const [first, second, ...more] = asked;
  equal(first, 64_000);
  ok(second && second >= 1_024 && second <= 32_768 - 12_000, String(second));
  deepEqual(more, []);
});

Deno.test("an upstream that refuses whatever is asked is not asked for ever", async () => {
  let refused = 0;
  await using proxy = startProxy({
    script: () => {
      refused++;
      const turns = ["temperature", "top_k", "stream_options", "strict"];
      const parameter = turns[refused % turns.length];
      return refusal(400, openaiError(`Unknown parameter: '${parameter}'`));
    },
  });
  const response = await postMessages(proxy, { temperature: 0, top_k: 1 });
  equal(response.status, 400, await response.text());
  ok(refused <= 5, String(refused));
});

Deno.test("an upstream that repeats its refusal is asked twice, no more", async () => {
  const says = openaiError("max_tokens must be less than or equal to 100");
  await using proxy = startProxy({ script: () => refusal(400, says) });
  const response = await postMessages(proxy, {});
  equal(response.status, 400);
  await response.body?.cancel();
  deepEqual(
    proxy.upstream.exchanges.map(({ body }) => body.max_tokens),
    [1024, 100],
  );
});

Deno.test("a limit that was learned says nothing of the window", async () => {
  const atMost = openaiError(
    "This model supports at most 100 completion tokens",
  );
  const tooLong = openaiError("too long", { code: "context_length_exceeded" });
  await using proxy = startProxy({
    script: ({ number }) => refusal(400, number === 1 ? atMost : tooLong),
  });
  const response = await postMessages(proxy, {});
  const { error } = await response.json();
  equal(error.message, "prompt is too long: too long");
});
