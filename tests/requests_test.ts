/** Requests that are unusual in form or content, through the HTTP port. */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import zlib from "node:zlib";
import { text, user } from "./builders.ts";
import { postMessages, startProxy } from "./support.ts";

Deno.test("a body nested 100 000 deep is refused, and the next one answered (R66)", async () => {
  await using proxy = startProxy();
  const deep = `${'{"a":['.repeat(50_000)}1${"]}".repeat(50_000)}`;
  const input = `{"type":"tool_use","id":"T1","name":"X","input":${deep}}`;
  const body =
    `{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[${input}]}]}`;
  for (const path of ["/v1/messages", "/v1/messages/count_tokens"]) {
    const response = await fetch(`${proxy.url}${path}`, {
      method: "POST",
      body,
    });
    equal(response.status, 400);
    const { error } = await response.json();
    equal(error.type, "invalid_request_error");
    ok(error.message.includes("nested"), error.message);
  }
  const next = await postMessages(proxy, {});
  equal(next.status, 200);
  await next.body?.cancel();
});

Deno.test("a body may be packed with zstd or brotli (R66)", async () => {
  await using proxy = startProxy();
  const body = JSON.stringify({
    model: "claude-sonnet-5",
    max_tokens: 9,
    messages: [user(text("packed"))],
  });
  const packed: [string, Uint8Array][] = [
    ["zstd", zlib.zstdCompressSync(body)],
    ["br", zlib.brotliCompressSync(body)],
  ];
  for (const [encoding, bytes] of packed) {
    const response = await fetch(`${proxy.url}/v1/messages`, {
      method: "POST",
      headers: { "content-encoding": encoding },
      body: new Uint8Array(bytes),
    });
    equal(response.status, 200);
    await response.body?.cancel();
    const { messages } = proxy.upstream.exchanges.at(-1)?.body ?? {};
    deepEqual(messages, [{ role: "user", content: "packed" }]);
  }
});

Deno.test("half characters reach no upstream", async () => {
  await using proxy = startProxy();
  const response = await postMessages(proxy, {
    messages: [user(text("a\ud800b"))],
  });
  equal(response.status, 200);
  await response.body?.cancel();
  const { messages } = proxy.upstream.exchanges.at(-1)?.body ?? {};
  deepEqual(messages, [{ role: "user", content: "a\ufffdb" }]);
});

Deno.test("tools that a system message adds are offered and told of (R22, R24)", async () => {
  await using proxy = startProxy();
  const tool = (name: string) => ({ name, input_schema: { type: "object" } });
  const response = await postMessages(proxy, {
    tools: [{ ...tool("Late"), defer_loading: true }, tool("Early")],
    messages: [
      user(text("hi")),
      {
        role: "system",
        content: [
          {
            type: "tool_addition",
            tool: { type: "tool_reference", name: "Late" },
          },
          {
            type: "tool_addition",
            tool: { type: "tool_definition", definition: tool("New") },
          },
        ],
      },
    ],
  });
  equal(response.status, 200);
  await response.body?.cancel();
  const { tools, messages } = proxy.upstream.exchanges.at(-1)?.body ?? {};
  deepEqual(tools?.map((tool) => tool.function.name), ["Early", "Late", "New"]);
  ok(JSON.stringify(messages).includes("Tool New is now available."));
});
