import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { json, openaiError, refusal } from "./replies.ts";
import { serveDemoUpstream } from "./serve.ts";
import { asking, post, readStream, respond } from "./test_client.ts";

Deno.test("createDemoUpstream() answers with a whole completion", async () => {
  await using served = serveDemoUpstream();
  const response = await post(
    served,
    asking("Hi", { reasoning_effort: "low" }),
  );
  const body = await response.json();
  equal(response.status, 200);
  equal(body.object, "chat.completion");
  equal(body.model, "demo-big");
  equal(body.choices[0].finish_reason, "stop");
  match(body.choices[0].message.content, /You wrote: "Hi"/);
  match(body.choices[0].message.reasoning_content, /Hi/);
  const { usage } = body;
  equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  equal(usage.completion_tokens_details.reasoning_tokens > 0, true);
});

Deno.test("createDemoUpstream() streams the same answer as it sends whole", async () => {
  await using served = serveDemoUpstream();
  const asked = asking("Hi", { reasoning_effort: "low" });
  const whole = await (await post(served, asked)).json();
  const response = await post(served, {
    ...asked,
    stream: true,
    stream_options: { include_usage: true },
  });
  equal(response.headers.get("content-type"), "text/event-stream");
  const received = await readStream(response);
  equal(received.pop(), "[DONE]");
  const list = received.map((each) => Object(each));
  const usage = list.pop();
  deepEqual(usage.choices, []);
  deepEqual(usage.usage, whole.usage);
  const deltas = list.map((chunk) => chunk.choices[0].delta);
  deepEqual(deltas[0], { role: "assistant", content: "" });
  const { content, reasoning_content } = whole.choices[0].message;
  equal(deltas.map((delta) => delta.content ?? "").join(""), content);
  equal(
    deltas.map((delta) => delta.reasoning_content ?? "").join(""),
    reasoning_content,
  );
  deepEqual(
    list.map((chunk) => chunk.choices[0].finish_reason).filter(Boolean),
    ["stop"],
  );
  equal(list.every((chunk) => chunk.usage === null), true);
});

Deno.test("createDemoUpstream() streams parallel tool calls in fragments", async () => {
  await using served = serveDemoUpstream();
  const parameters = {
    type: "object",
    properties: { command: { type: "string" } },
    required: ["command"],
  };
  const tools = [{ type: "function", function: { name: "Bash", parameters } }];
  const response = await post(
    served,
    asking("run `echo 🎉 and more text` and run `b`", { tools, stream: true }),
  );
  const calls: { id: string; name: string; text: string }[] = [];
  for (const each of await readStream(response)) {
    const delta = Object(each).choices?.[0].delta.tool_calls?.[0];
    if (delta?.id) {
      calls[delta.index] = {
        id: delta.id,
        name: delta.function.name,
        text: "",
      };
    }
    const call = calls[delta?.index];
    if (call) call.text += delta.function.arguments;
  }
  deepEqual(calls.map((call) => [call.name, JSON.parse(call.text)]), [
    ["Bash", { command: "echo 🎉 and more text" }],
    ["Bash", { command: "b" }],
  ]);
  equal(new Set(calls.map((call) => call.id)).size, 2);
});

Deno.test("createDemoUpstream() cuts the answer off at max_tokens", async () => {
  await using served = serveDemoUpstream();
  const body = await (await post(served, asking("Hi", { max_tokens: 2 })))
    .json();
  equal(body.choices[0].message.content, "This is ");
  equal(body.choices[0].finish_reason, "length");
  equal(body.usage.completion_tokens, 2);
});

Deno.test("createDemoUpstream() ends the text before a stop sequence", async () => {
  await using served = serveDemoUpstream();
  const body = await (await post(served, asking("Hi", { stop: ["'s"] })))
    .json();
  equal(body.choices[0].message.content, "This is CCProxy");
  equal(body.choices[0].finish_reason, "stop");
});

Deno.test("createDemoUpstream() counts a repeated prefix as cached", async () => {
  await using served = serveDemoUpstream();
  const asked = asking("Long prompt. ".repeat(1000));
  const first = await (await post(served, asked)).json();
  const second = await (await post(served, asked)).json();
  equal(first.usage.prompt_tokens_details.cached_tokens, 0);
  equal(second.usage.prompt_tokens_details.cached_tokens, 3200);
});

Deno.test("createDemoUpstream() remembers the newest exchanges", async () => {
  await using served = serveDemoUpstream({ keepExchanges: 2 });
  for (const text of ["a", "b", "c"]) {
    await (await post(served, asking(text))).body?.cancel();
  }
  const { exchanges } = served.upstream;
  deepEqual(exchanges.map((each) => each.number), [2, 3]);
  deepEqual(exchanges[1]?.body.messages, [{ role: "user", content: "c" }]);
  equal(exchanges[1]?.path, "/v1/chat/completions");
  equal(exchanges[1]?.headers.get("host"), new URL(served.baseUrl).host);
  equal(exchanges[1]?.bodyText, JSON.stringify(exchanges[1]?.body));
  equal(await exchanges[1]?.ended, "finished");
  equal(exchanges[1]?.state, "finished");
});

Deno.test("createDemoUpstream() refuses bad requests and forgets them", async () => {
  await using served = serveDemoUpstream({ script: () => json({}) });
  const response = await post(served, { model: "demo-big", messages: [] });
  equal(response.status, 400);
  equal((await response.json()).error.type, "invalid_request_error");
  equal(served.upstream.exchanges.length, 0);
});

Deno.test("createDemoUpstream() lists models and knows no other path", async () => {
  await using served = serveDemoUpstream();
  const models = await (await fetch(`${served.baseUrl}/any/models`)).json();
  equal(models.data[0].object, "model");
  const response = await fetch(`${served.baseUrl}/embeddings`, {
    method: "POST",
    body: "{}",
  });
  equal(response.status, 404);
  const { error } = await response.json();
  equal(error.message, "Invalid URL (POST /v1/embeddings)");
  equal(served.upstream.exchanges.length, 0);
});

Deno.test("createDemoUpstream() refuses a flagship's reasoning with tools on Chat Completions alone", async () => {
  await using served = serveDemoUpstream();
  const tool = { name: "Bash", parameters: { type: "object" } };
  const model = "gpt-5.6-terra";
  const tools = [{ type: "function", function: tool }];
  const refused = await post(served, asking("Hi", { model, tools }));
  equal(refused.status, 400);
  const { error } = await refused.json();
  equal(error.param, "reasoning_effort");
  match(
    error.message,
    /^Function tools with .* gpt-5\.6-terra .*\/v1\/responses/,
  );
  const silent = { model, tools, reasoning_effort: "none" };
  equal((await (await post(served, asking("Hi", silent))).json()).model, model);
  const flat = [{ type: "function", ...tool, strict: false }];
  const taken = await respond(served, { model, tools: flat });
  equal((await taken.json()).status, "completed");
});

Deno.test("createDemoUpstream() pretends to search the web when it is offered to", async () => {
  await using served = serveDemoUpstream();
  const response = await respond(served, {
    input: "Perform a web search for the query: deno kv",
    tools: [{ type: "web_search" }],
    include: ["web_search_call.action.sources"],
  });
  const { output: [search, message] } = await response.json();
  equal(search.action.query, "deno kv");
  const [{ annotations }] = message.content;
  deepEqual(
    annotations.map(({ url }: { url: string }) => ({ type: "url", url })),
    search.action.sources,
  );
});

Deno.test("a script may leave an exchange to the model", async () => {
  const error = openaiError("Slow down", { code: "slow_down" });
  await using served = serveDemoUpstream({
    script: ({ number }) =>
      number === 1 ? refusal(429, error, { "retry-after": "7" }) : undefined,
  });
  const refused = await post(served, asking("Hi"));
  equal(refused.status, 429);
  equal(refused.headers.get("retry-after"), "7");
  deepEqual(await refused.json(), error);
  const accepted = await post(served, asking("Hi"));
  equal(accepted.status, 200);
  await accepted.body?.cancel();
});

Deno.test("a script that throws shows as a status 500", async () => {
  await using served = serveDemoUpstream({
    script() {
      throw new Error("No reply left");
    },
  });
  const response = await post(served, asking("Hi"));
  equal(response.status, 500);
  match((await response.json()).error.message, /No reply left/);
});

Deno.test("createDemoUpstream() takes what OpenAI refuses when it is told to", async () => {
  await using served = serveDemoUpstream({ refuses: false });
  const response = await post(served, asking("Hi", { tool_choice: "any" }));
  await response.body?.cancel();
  equal(response.status, 200);
});
