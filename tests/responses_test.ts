/**
 * The proxy in front of an upstream with a Responses API: which API is used,
 * and how it switches between them.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk, toolCallChunk } from "../src/demo/chunks.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import { chunks, json, openaiError, refusal } from "../src/demo/replies.ts";
import { azure } from "../src/dialects/azure.ts";
import { openai } from "../src/dialects/openai.ts";
import { plain } from "../src/dialects/plain.ts";
import {
  DENO_PAGES,
  searxngAnswer,
  serveSearchEngine,
} from "./search_engine.ts";
import {
  postMessages,
  type Proxy,
  type ProxyOptions,
  readEvents,
  startProxy,
} from "./support.ts";

const TOOLS = [{
  name: "Bash",
  input_schema: {
    type: "object",
    properties: { command: { type: "string" } },
    required: ["command"],
  },
}];

/** Refuses tools with reasoning in Chat Completions, like the real one. */
const FLAGSHIP = "gpt-5.6-terra";

function open({ environment, ...options }: ProxyOptions = {}): Proxy {
  return startProxy({
    dialect: openai,
    environment: { BIG_MODEL_NAME: FLAGSHIP, ...environment },
    ...options,
  });
}

/** Asks, and expects an answer, streamed or whole. */
async function ask(
  proxy: Proxy,
  { stream = false, ...fields }: Record<string, unknown> = {},
): Promise<Response> {
  const response = await postMessages(proxy, {
    tools: TOOLS,
    stream,
    ...fields,
  });
  const copy = response.clone();
  equal(response.status, 200, await copy.text());
  if (!stream) return response;
  const events = await readEvents(response.clone());
  equal(events.at(-1)?.event, "message_stop");
  return response;
}

function apisOf({ upstream }: Proxy): string[] {
  return upstream.exchanges.map(({ api }) => api);
}

function lessonsOf({ logged }: Proxy): string[] {
  return logged.map((line) => JSON.parse(line))
    .filter(({ message }) => message === "learned of the upstream")
    .map(({ what }) => what);
}

Deno.test("a model of OpenAI's that reasons is asked in the Responses API, and no other", async () => {
  await using proxy = open({ environment: { SMALL_MODEL_NAME: "gpt-4.1" } });
  await ask(proxy);
  await ask(proxy, { model: "claude-haiku-5", stream: true });
  deepEqual(apisOf(proxy), ["responses", "chat/completions"]);
  match(proxy.upstream.exchanges[0]?.path ?? "", /\/v1\/responses$/);
  deepEqual(lessonsOf(proxy), []);
});

for (const stream of [true, false]) {
  const how = stream ? "streamed" : "whole";
  Deno.test(`a refusal that names /v1/responses is answered from there, ${how}, and from then on (E17)`, async () => {
    await using proxy = open({ dialect: plain });
    await ask(proxy, { stream });
    await ask(proxy, { stream });
    deepEqual(apisOf(proxy), ["responses", "responses"]);
    deepEqual(lessonsOf(proxy), ["is asked in the Responses API"]);
  });

  Deno.test(`an upstream without a Responses API is asked in Chat Completions, ${how}, and from then on`, async () => {
    let missed = 0;
    await using proxy = open({
      environment: { BIG_MODEL_NAME: "gpt-5.1" },
      script({ api }: Exchange) {
        if (api !== "responses") return undefined;
        missed++;
        return refusal(404, openaiError("Invalid URL (POST /v1/responses)"));
      },
    });
    await ask(proxy, { stream });
    await ask(proxy, { stream });
    equal(missed, 1);
    deepEqual(apisOf(proxy).slice(1), ["chat/completions", "chat/completions"]);
    deepEqual(lessonsOf(proxy), ["has no Responses API"]);
  });
}

Deno.test("an upstream that has neither is asked without reasoning, and does not go round in circles", async () => {
  await using proxy = open({
    dialect: plain,
    script: ({ api }) =>
      api === "responses" ? refusal(404, openaiError("Not Found")) : undefined,
  });
  await ask(proxy);
  await ask(proxy);
  deepEqual(lessonsOf(proxy), [
    "is asked in the Responses API",
    "has no Responses API",
    "reasons only without tools",
  ]);
  const efforts = proxy.upstream.exchanges
    .filter(({ api }) => api === "chat/completions")
    .map(({ body }) => body.reasoning_effort);
  deepEqual(efforts, ["none", "none"]);
});

Deno.test("a setting for one API is kept to, whatever the upstream says", async () => {
  for (
    const [api, expected] of [
      ["chat", "chat/completions"],
      ["responses", "responses"],
    ] as const
  ) {
    const environment = { UPSTREAM_API: api };
    await using proxy = open({ dialect: plain, environment });
    await ask(proxy);
    deepEqual(apisOf(proxy), [expected]);
  }
  await using proxy = open({
    environment: { UPSTREAM_API: "responses" },
    script: () => refusal(404, openaiError("Not Found")),
  });
  const response = await postMessages(proxy, {});
  equal(response.status, 404);
  const { error } = await response.json();
  match(error.message, /UPSTREAM_API=chat/);
});

Deno.test("Azure gets its key as it wants it, in both APIs", async () => {
  const environment = {
    OPENAI_API_KEY: "sk-azure",
    SMALL_MODEL_NAME: "gpt-4.1",
  };
  await using proxy = open({ dialect: azure, environment });
  await ask(proxy);
  await ask(proxy, { model: "claude-haiku-5" });
  deepEqual(apisOf(proxy), ["responses", "chat/completions"]);
  for (const { headers } of proxy.upstream.exchanges) {
    equal(headers.get("api-key"), "sk-azure");
    equal(headers.get("authorization"), null);
  }
});

Deno.test("a whole answer is streamed to us, so that long reasoning is no silence", async () => {
  await using proxy = open();
  const response = await ask(proxy, { stream: false });
  const message = await response.json();
  equal(message.type, "message");
  const [exchange] = proxy.upstream.exchanges;
  equal(exchange?.body.stream, true);
  equal(exchange?.headers.get("accept"), "text/event-stream");
});

Deno.test("a client that warms its cache costs nothing", async () => {
  await using proxy = open();
  const response = await ask(proxy, { max_tokens: 0 });
  equal((await response.json()).stop_reason, "max_tokens");
  deepEqual(apisOf(proxy), []);
});

Deno.test("a client that leaves ends the upstream's work", async () => {
  const arrived = Promise.withResolvers<Exchange>();
  await using proxy = open({
    chunkMs: 60_000, // the first piece comes at once, the next does not
    script(exchange) {
      arrived.resolve(exchange);
      return undefined;
    },
  });
  const leave = new AbortController();
  const { signal } = leave;
  const asked = postMessages(proxy, { stream: true }, { signal });
  const exchange = await arrived.promise;
  leave.abort();
  await asked.catch(() => {});
  equal(await exchange.ended, "cancelled");
});

Deno.test("reasoning comes back from turn to turn, through the port", async () => {
  await using proxy = open();
  const first = {
    thinking: { type: "adaptive", display: "omitted" },
    output_config: { effort: "low" },
    messages: [{ role: "user", content: "Please run `ls`" }],
  };
  const { content } = await (await ask(proxy, first)).json();
  const [thinking, ...others] = content;
  equal(thinking.type, "thinking");
  const use = others.at(-1);
  equal(use.type, "tool_use");
  const result = { type: "tool_result", tool_use_id: use.id, content: "a.txt" };
  await ask(proxy, {
    ...first,
    messages: [
      ...first.messages,
      { role: "assistant", content },
      { role: "user", content: [result] },
    ],
  });
  const [given, taken] = proxy.upstream.exchanges;
  const reasoning = given?.output.find(({ type }) => type === "reasoning");
  const { input } = JSON.parse(taken?.bodyText ?? "{}");
  const at = input.findIndex(({ type }: { type: string }) =>
    type === "reasoning"
  );
  ok(reasoning);
  deepEqual(input[at], reasoning);
  equal(input[at + 1].type, "function_call");
});

for (const stream of [true, false]) {
  const how = stream ? "streamed" : "whole";
  Deno.test(`reasoning that is refused after all, in an answer ${how}, is left out once (P14)`, async () => {
    const failure = {
      code: "invalid_encrypted_content",
      message: "The encrypted content for item rs_1 could not be verified.",
    };
    let answers = 0;
    await using proxy = open({
      script() {
        if (++answers !== 2) return undefined;
        return stream
          ? chunks([{ error: failure }])
          : json({ status: "failed", error: failure, output: [] });
      },
    });
    const first = {
      stream,
      thinking: { type: "adaptive" },
      output_config: { effort: "low" },
      messages: [{ role: "user", content: "Please run `ls`" }],
    };
    const whole = await ask(proxy, { ...first, stream: false });
    const { content } = await whole.json();
    const results = content
      .filter(({ type }: { type: string }) => type === "tool_use")
      .map(({ id: tool_use_id }: { id: string }) => ({
        type: "tool_result",
        tool_use_id,
        content: "a.txt",
      }));
    await ask(proxy, {
      ...first,
      messages: [
        ...first.messages,
        { role: "assistant", content },
        { role: "user", content: results },
      ],
    });
    const reasons = proxy.upstream.exchanges
      .map(({ bodyText }) => bodyText.includes('"encrypted_content"'));
    deepEqual(reasons, [false, true, false]);
  });
}

Deno.test("an answer that has begun is not asked for again", async () => {
  const error = {
    code: "invalid_encrypted_content",
    message: "The encrypted content for item rs_1 could not be verified.",
  };
  await using proxy = open({
    script: () => chunks([textChunk("a"), { error }]),
  });
  const response = await postMessages(proxy, { stream: true });
  const events = await readEvents(response);
  equal(events.at(-1)?.event, "error");
  equal(proxy.upstream.exchanges.length, 1);
});

Deno.test("all turns of a search are asked where the first was answered", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer(DENO_PAGES));
  const call = { id: "a", name: "web_search", args: '{"query":"Deno 3"}' };
  await using proxy = open({
    dialect: plain,
    environment: { SEARCH_URL: engine.url },
    script: ({ number }) =>
      number === 1
        ? chunks([toolCallChunk(call), finishChunk("tool_calls")])
        : undefined,
  });
  const tools = [{ type: "web_search_20250305", name: "web_search" }];
  await ask(proxy, { tools });
  equal(engine.asked.length, 1);
  deepEqual(apisOf(proxy), ["responses", "responses"]);
  deepEqual(lessonsOf(proxy), ["is asked in the Responses API"]);
});
