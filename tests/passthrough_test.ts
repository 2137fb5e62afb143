/**
 * Upstreams that speak the Messages API themselves, through the proxy's port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { anthropic } from "../src/dialects/anthropic.ts";
import { encodeSignature } from "../src/translate/signature.ts";
import {
  errorReply,
  EVENTS,
  eventStream,
  logEntry,
  MESSAGE,
  startPassing,
  STREAM,
} from "./messages_upstream.ts";
import { postMessages } from "./support.ts";

/** A request with everything translation would have changed. */
const RICH = {
  model: "claude-opus-4-8",
  max_tokens: 0,
  messages: [
    { role: "user", content: [{ type: "from_the_future", n: 1 }] },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm", signature: "EqQB" },
        { type: "redacted_thinking", data: "xyz" },
        { type: "text", text: "Yes" },
      ],
    },
    { role: "user", content: "Go on" },
  ],
  top_k: 5,
  system: [
    { type: "text", text: "x-anthropic-billing-header: cc_version=1; cch=0" },
    { type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } },
  ],
  tools: [{ type: "web_search_20260318", name: "web_search", max_uses: 3 }],
  mcp_servers: [{ type: "url", url: "http://127.0.0.1/", name: "m" }],
  context_management: { edits: [{ type: "clear_thinking_20251015" }] },
  an_unknown_field: { kept: [1, null, "ä"] },
};

Deno.test("passthrough changes model and billing block of a body and nothing else (C10)", async () => {
  await using passing = await startPassing();
  const response = await postMessages(passing.proxy, RICH);
  equal(response.status, 200);
  await response.body?.cancel();
  const expected = {
    ...RICH,
    model: "big-model",
    system: RICH.system.slice(1),
  };
  equal(passing.asked[0]?.bodyText, JSON.stringify(expected));
  equal(response.headers.get("x-upstream-model"), "big-model");
  equal(response.headers.get("x-ccproxy-notice"), null);
});

Deno.test("passthrough asks without the client's query, key and other headers", async (t) => {
  const rows = {
    "an upstream like Anthropic's": {
      options: {},
      authorization: "Bearer upstream-key",
      "x-api-key": null,
    },
    "Anthropic itself": {
      options: { dialect: anthropic },
      authorization: null,
      "x-api-key": "upstream-key",
    },
  };
  for (const [name, { options, ...keys }] of Object.entries(rows)) {
    await t.step(name, async () => {
      await using passing = await startPassing(undefined, {
        ...options,
        environment: { OPENAI_API_KEY: "upstream-key" },
      });
      const { proxy, asked } = passing;
      const url = `${proxy.url}/v1/messages?beta=true#`;
      const headers = {
        "x-api-key": "client-key",
        authorization: "Bearer client-token",
        "anthropic-beta": "effort-2025-11-24,unknown-2030-01-01",
        "anthropic-version": "2026-10-21",
        "x-claude-code-session-id": "s",
        cookie: "c=1",
      };
      const body = JSON.stringify({ ...RICH, max_tokens: 9 });
      const response = await fetch(url, { method: "POST", headers, body });
      await response.body?.cancel();
      const [request] = asked;
      equal(request?.path, "/v1/messages");
      equal(request?.headers.get("anthropic-version"), "2026-10-21");
      equal(
        request?.headers.get("anthropic-beta"),
        "effort-2025-11-24,unknown-2030-01-01",
      );
      for (const [name, value] of Object.entries(keys)) {
        equal(request?.headers.get(name), value);
      }
      const sent = JSON.stringify([...request?.headers ?? []]);
      equal(/client-|cookie|session-id/.test(sent), false);
    });
  }
});

Deno.test("passthrough says the API version where the client does not", async () => {
  await using passing = await startPassing();
  await (await postMessages(passing.proxy, {})).body?.cancel();
  const [request] = passing.asked;
  equal(request?.headers.get("anthropic-version"), "2023-06-01");
  equal(request?.headers.get("anthropic-beta"), null);
});

Deno.test("passthrough finds the endpoint below any base URL", async () => {
  await using first = await startPassing();
  const url = first.proxy.config.upstreams[0]?.url ?? "";
  const rows = {
    "/v1": "/v1/messages",
    "/api/v1/": "/api/v1/messages",
    "/anthropic/": "/anthropic/v1/messages",
    "": "/v1/messages",
    "/v1?version=1": "/v1/messages?version=1",
  };
  for (const base of Object.keys(rows)) {
    await using second = await startPassing(undefined, {
      environment: { OPENAI_BASE_URL: url.replace(/\/v1$/, base) },
    });
    await (await postMessages(second.proxy, {})).body?.cancel();
  }
  deepEqual(first.asked.map(({ path }) => path), Object.values(rows));
});

Deno.test("passthrough leaves a whole message as it is but for the model (C10)", async () => {
  const text = `{ "id":"msg_1", "type" : "message","n":1.0,\n "content":[` +
    `{"type":"tool_use","input":{"model":"big-model","2":0,"1":0}}],` +
    `"model": "big-model","usage":{"input_tokens":7,"output_tokens":2}}`;
  await using passing = await startPassing(() => new Response(text));
  const response = await postMessages(passing.proxy, { model: "claude-x" });
  const expected = text.replace(
    `"model": "big-model","usage"`,
    `"model": "claude-x","usage"`,
  );
  equal(await response.text(), expected);
  equal(response.headers.get("content-type"), "application/json");
  const { inputTokens, outputTokens, usage } = logEntry(
    passing.proxy.logged,
    "message",
  );
  deepEqual([inputTokens, outputTokens, usage], [7, 2, "upstream"]);
});

Deno.test("passthrough relays the bytes of a stream, all but the model (C10)", async () => {
  const odd = ': a comment\n\nevent: ping\ndata: {"type": "ping"}\n\n';
  const unknown = 'event: from_the_future\nid: 7\ndata: {"n": 1.0}\n\n';
  const { start, block, delta, ...rest } = EVENTS;
  const sent = [odd, start, block, unknown, delta, ...Object.values(rest)];
  await using passing = await startPassing(() => eventStream(sent.join("")));
  const asked = { model: "claude-x", stream: true };
  const response = await postMessages(passing.proxy, asked);
  const expected = sent.join("")
    .replace(`"model":"big-model"`, `"model":"claude-x"`);
  equal(await response.text(), expected);
  match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const logged = logEntry(passing.proxy.logged, "message");
  equal(logged.outcome, "finished");
  deepEqual(
    [logged.inputTokens, logged.cacheReadTokens, logged.outputTokens],
    [10, 5, 3],
  );
});

Deno.test("passthrough ends at message_stop, whatever follows", async () => {
  const more = "event: data\ndata: [DONE]\n\n";
  await using passing = await startPassing(() => eventStream(STREAM + more));
  const asked = { model: "big-model", stream: true };
  const response = await postMessages(passing.proxy, asked);
  equal(await response.text(), STREAM);
});

Deno.test("passthrough refuses what no gateway can hold, and nothing else", async () => {
  await using passing = await startPassing();
  const refused: Record<string, unknown>[] = [
    { thread: { type: "create" } },
    { safeguards: [{ type: "dangerous_tool_use" }] },
  ];
  for (const fields of refused) {
    const response = await postMessages(passing.proxy, fields);
    equal(response.status, 400);
    match(await response.text(), new RegExp(Object.keys(fields).join()));
  }
  equal(passing.asked.length, 0);
});

Deno.test("passthrough leaves out thinking that Anthropic has not signed (pain 29)", async () => {
  await using passing = await startPassing(undefined, { dialect: anthropic });
  const own = encodeSignature({ dialect: "deepseek", model: "m", text: "Hm" });
  const thinking = (signature?: string) => ({
    type: "thinking",
    thinking: "Hm",
    ...(signature === undefined ? {} : { signature }),
  });
  const text = { type: "text", text: "Yes" };
  const user = { role: "user", content: "Go on" };
  const response = await postMessages(passing.proxy, {
    messages: [
      user,
      { role: "assistant", content: [thinking(own), text] },
      user,
      { role: "assistant", content: [thinking("")] },
      user,
      { role: "assistant", content: [thinking("EqQB"), thinking(), text] },
      user,
    ],
  });
  await response.body?.cancel();
  deepEqual(passing.asked[0]?.body.messages, [
    user,
    { role: "assistant", content: [text] },
    user,
    user,
    { role: "assistant", content: [thinking("EqQB"), text] },
    user,
  ]);
  match(response.headers.get("x-ccproxy-notice") ?? "", /thinking left out/);
});

Deno.test("passthrough learns that an upstream checks signatures, and asks again", async () => {
  const message =
    "messages.1.content.0: Invalid `signature` in `thinking` block";
  const hasThinking = /"thinking":"Hm"/;
  await using passing = await startPassing(({ bodyText }) =>
    hasThinking.test(bodyText)
      ? errorReply(400, { type: "invalid_request_error", message })
      : Response.json(MESSAGE)
  );
  const signature = encodeSignature({ dialect: "plain", model: "m" });
  const block = { type: "thinking", thinking: "Hm", signature };
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", content: [block, { type: "text", text: "b" }] },
    { role: "user", content: "c" },
  ];
  const { proxy, asked } = passing;
  for (let i = 0; i < 2; i++) {
    const response = await postMessages(proxy, { messages });
    equal(response.status, 200);
    await response.body?.cancel();
  }
  deepEqual(
    asked.map(({ bodyText }) => hasThinking.test(bodyText)),
    [true, false, false],
  );
  match(
    String(logEntry(proxy.logged, "learned of the upstream").what),
    /signed itself/,
  );
  const foreign = [{ ...block, signature: "EqQB" }];
  const refused = await postMessages(proxy, {
    messages: [messages[0], { role: "assistant", content: foreign }],
  });
  equal(refused.status, 400);
  equal((await refused.json()).error.message, message);
  equal(asked.length, 4);
});
