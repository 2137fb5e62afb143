/**
 * What users of peer systems lose in request translation: a row of the probe
 * table (A.3) or a pain (B) per test, through the port. The demo upstream
 * refuses what OpenAI refuses, so every status 200 here is evidence too.
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
import { demo } from "../src/demo/dialect.ts";
import { openai } from "../src/dialects/openai.ts";
import { openrouter } from "../src/dialects/openrouter.ts";
import type { ChatRequest } from "../src/openai/chat.ts";
import { postMessages, type ProxyOptions, startProxy } from "./support.ts";

const BASH = {
  name: "Bash",
  input_schema: { type: "object", properties: { command: {} } },
};

/** OpenAI's dialect, for a model that reasons. */
const REASONING: ProxyOptions = {
  dialect: openai,
  environment: { BIG_MODEL_NAME: "gpt-5-mini" },
};

/** What the upstream is sent for a request that it accepts. */
async function send(
  body: Record<string, unknown>,
  options: ProxyOptions = {},
): Promise<ChatRequest> {
  await using proxy = startProxy(options);
  const response = await postMessages(proxy, body);
  equal(response.status, 200, await response.text());
  const [exchange] = proxy.upstream.exchanges;
  ok(exchange, "the upstream was asked");
  return exchange.body;
}

function user(content: unknown) {
  return { role: "user", content };
}

/** A turn of the model that calls Bash once per id. */
function callsOf(...ids: string[]) {
  const content = ids.map((id) => ({
    type: "tool_use",
    id,
    name: "Bash",
    input: { command: `echo ${id}` },
  }));
  return { role: "assistant", content };
}

function result(id: string, content: unknown, rest = {}) {
  return { type: "tool_result", tool_use_id: id, content, ...rest };
}

const IMAGE = {
  type: "image",
  source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" },
};

const PDF = {
  type: "document",
  title: "a.pdf",
  source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
};

Deno.test("A.3 image in tool_result: user image_url after all tool messages", async () => {
  const results = [result("t1", [IMAGE]), result("t2", "text")];
  const messages = [user("Look"), callsOf("t1", "t2"), user(results)];
  const sent = await send({ messages, tools: [BASH] });
  const [, , first, second, last] = sent.messages;
  equal(first?.content, "[see attached image 1]");
  equal(second?.content, "text");
  deepEqual(last, {
    role: "user",
    content: [{
      type: "image_url",
      image_url: { url: "data:image/png;base64,iVBORw0KGgo=" },
    }],
  });
});

Deno.test("A.3 is_error: kept as words", async () => {
  const results = [
    result("t1", "boom", { is_error: true }),
    result("t2", "<tool_use_error>x</tool_use_error>", { is_error: true }),
  ];
  const messages = [user("Go"), callsOf("t1", "t2"), user(results)];
  const sent = await send({ messages });
  deepEqual(sent.messages.slice(2).map(({ content }) => content), [
    "Error: boom",
    "<tool_use_error>x</tool_use_error>",
  ]);
});

Deno.test("A.3 PDF document: a file part where the upstream takes PDFs", async () => {
  const { messages } = await send({ messages: [user([PDF])] }, {
    dialect: demo,
  });
  const file_data = "data:application/pdf;base64,JVBERi0=";
  const file = { filename: "a.pdf", file_data };
  deepEqual(messages, [user([{ type: "file", file }])]);
});

Deno.test("A.3 PDF document: refused in words Claude Code knows where it takes none", async () => {
  await using proxy = startProxy();
  for (const content of [[PDF], [result("t1", [PDF])]]) {
    const messages = [user("Read it"), callsOf("t1"), user(content)];
    const response = await postMessages(proxy, { messages });
    const { error } = await response.json();
    equal(response.status, 400);
    equal(error.type, "invalid_request_error");
    equal(error.message, "This model does not support PDF input");
  }
  equal(proxy.upstream.exchanges.length, 0);
});

Deno.test("A.3 PDF document: a notice takes its place in older turns", async () => {
  const messages = [
    user([PDF]),
    { role: "assistant", content: "I cannot." },
    user("Then not"),
  ];
  await using proxy = startProxy();
  const response = await postMessages(proxy, { messages });
  await response.body?.cancel();
  equal(response.status, 200);
  match(response.headers.get("x-ccproxy-notice") ?? "", /PDF left out/);
  const [exchange] = proxy.upstream.exchanges;
  const [first] = exchange?.body.messages ?? [];
  equal(first?.content, "[document omitted: the model takes no PDFs]");
});

Deno.test("A.3 orphan tool_result: made user text", async () => {
  const messages = [user([result("toolu_gone", "42")])];
  const sent = await send({ messages });
  deepEqual(sent.messages, [
    user("[Result of tool call toolu_gone]\n42"),
  ]);
});

Deno.test("A.3 disable_parallel_tool_use: parallel_tool_calls is false", async () => {
  const tool_choice = { type: "auto", disable_parallel_tool_use: true };
  const sent = await send({ tools: [BASH], tool_choice });
  equal(sent.parallel_tool_calls, false);
  equal("parallel_tool_calls" in await send({ tools: [BASH] }), false);
});

Deno.test("A.3 effort + adaptive: reasoning_effort where the upstream has it", async () => {
  const body = {
    thinking: { type: "adaptive" },
    output_config: { effort: "high" },
  };
  equal((await send(body, { dialect: demo })).reasoning_effort, "high");
  equal((await send(body, REASONING)).reasoning_effort, "high");
  equal("reasoning_effort" in await send(body), false);
});

Deno.test("A.3 tool_choice any: required, and by name for one tool", async () => {
  const any = { tools: [BASH], tool_choice: { type: "any" } };
  equal((await send(any)).tool_choice, "required");
  const one = { tools: [BASH], tool_choice: { type: "tool", name: "Bash" } };
  deepEqual((await send(one)).tool_choice, {
    type: "function",
    function: { name: "Bash" },
  });
});

Deno.test("A.3 role:system in mid-conversation: a reminder in the user's turn", async () => {
  const system = { role: "system", content: "Be brief." };
  const reminder = "<system-reminder>\nBe brief.\n</system-reminder>";
  const said = await send({ messages: [user("Hi"), system] });
  deepEqual(said.messages, [user(`Hi\n\n${reminder}`)]);
  const after = [user("Go"), callsOf("t1"), user([result("t1", "ok")]), system];
  const { messages } = await send({ messages: after });
  deepEqual(messages.map(({ role }) => role), [
    "user",
    "assistant",
    "tool",
    "user",
  ]);
  equal(messages.at(-1)?.content, reminder);
});

Deno.test("A.3 role:system in mid-conversation: in its place on OpenAI", async () => {
  const answer = { role: "assistant", content: "Hello" };
  const system = { role: "system", content: "Be brief." };
  const messages = [user("Hi"), system, answer, user("Why?")];
  const plain = await send({ messages }, { dialect: openai });
  deepEqual(plain.messages, messages);
  const reasoning = await send({ messages }, REASONING);
  deepEqual(reasoning.messages[1], { ...system, role: "developer" });
});

Deno.test("B.10 the billing line: left out, so that the prompt keeps its bytes", async () => {
  const bodies = await Promise.all(["abc", "def"].map((cch) => {
    const line = `x-anthropic-billing-header: cc_version=2.1.328; cch=${cch};`;
    const texts = [line, "You are Claude Code.", "Be helpful."];
    return send({ system: texts.map((text) => ({ type: "text", text })) });
  }));
  const content = "You are Claude Code.\n\nBe helpful.";
  deepEqual(bodies[0]?.messages[0], { role: "system", content });
  equal(JSON.stringify(bodies[0]), JSON.stringify(bodies[1]));
});

Deno.test("B.17 missing, doubled and misplaced tool results: mended", async (t) => {
  const none = "[no result: the tool call was interrupted]";
  const [A, B] = [result("a", "A"), result("b", "B")];
  const rows: [name: string, history: unknown[], contents: string[]][] = [
    ["one missing", [callsOf("a", "b"), user([B])], [none, "B"]],
    ["all missing", [callsOf("a", "b"), user("Hm")], [none, none]],
    ["another order", [callsOf("a", "b"), user([B, A])], ["A", "B"]],
    ["doubled", [callsOf("a"), user([A, A])], ["A"]],
    ["late", [callsOf("a"), user([{ type: "text", text: "Hm" }, A])], ["A"]],
    ["apart", [callsOf("a", "b"), user([A]), user([B])], ["A", "B"]],
    [
      "under an id used before",
      [callsOf("a"), user([A]), callsOf("a"), user([A])],
      ["A", "A"],
    ],
  ];
  for (const [name, history, contents] of rows) {
    await t.step(name, async () => {
      const { messages } = await send({ messages: [user("Go"), ...history] });
      const results = messages.filter(({ role }) => role === "tool");
      deepEqual(results.map(({ content }) => content), contents);
    });
  }
});

Deno.test("B.26 tool names over 64 characters: cut apart, and whole again in the answer", async () => {
  const start = `mcp__${"very_long_server_name_".repeat(4)}`.slice(0, 80);
  const names = [`${start}_bash`, `${start}_shell`];
  const tools = names.map((name) => ({ ...BASH, name }));
  await using proxy = startProxy();
  const tool_choice = { type: "tool", name: names[1] };
  const response = await postMessages(proxy, { tools, tool_choice });
  const { content } = await response.json();
  const [first, second] = proxy.upstream.exchanges[0]?.body.tools ?? [];
  match(first?.function.name ?? "", /^[\w-]{1,64}$/);
  match(second?.function.name ?? "", /^[\w-]{1,64}$/);
  notEqual(first?.function.name, second?.function.name);
  equal(content[0].name, names[1]);
});

Deno.test("B.22 prompt cache: Claude at OpenRouter is told what to cache, as the client says", async () => {
  const cache_control = { type: "ephemeral" };
  const { messages } = await send({
    system: [{ type: "text", text: "S", cache_control }],
    messages: [
      user("q"),
      callsOf("toolu_1"),
      user([result("toolu_1", "r", { cache_control })]),
    ],
  }, {
    dialect: openrouter,
    environment: { BIG_MODEL_NAME: "anthropic/claude-sonnet-5" },
  });
  deepEqual(messages.map(({ content }) => content), [
    [{ type: "text", text: "S", cache_control }],
    [{ type: "text", text: "q" }],
    null,
    [{ type: "text", text: "r", cache_control }],
  ]);
});
