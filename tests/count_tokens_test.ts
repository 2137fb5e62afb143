import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { type Proxy, startProxy } from "./support.ts";

/** Texts that keep ordinary tokenizers busy for minutes, and their tokens. */
const HARD = {
  "20 000 letters": { text: "a".repeat(20_000), tokens: 2_500 },
  "4 000 spaces": { text: " ".repeat(4_000), tokens: 32 },
};

function countTokens({ url }: Proxy, body: unknown): Promise<Response> {
  return fetch(`${url}/v1/messages/count_tokens`, {
    method: "POST",
    body: JSON.stringify(body),
  });
}

function asking(content: unknown) {
  return { model: "claude-sonnet-5", messages: [{ role: "user", content }] };
}

async function tokensOf(proxy: Proxy, body: unknown): Promise<number> {
  const response = await countTokens(proxy, body);
  equal(response.status, 200);
  return (await response.json()).input_tokens;
}

for (const [name, { text, tokens }] of Object.entries(HARD)) {
  Deno.test(`count_tokens of ${name} leaves the event loop free`, async () => {
    await using proxy = startProxy();
    await tokensOf(proxy, asking("warm"));
    const order: string[] = [];
    const counted = tokensOf(proxy, asking(text.repeat(40)))
      .finally(() => order.push("count"));
    const health = fetch(`${proxy.url}/health`).then(async (response) => {
      order.push("health");
      deepEqual(await response.json(), { status: "ok" });
    });
    await Promise.all([counted, health]);
    deepEqual(order, ["health", "count"]);
    const FRAME = 4 + 3;
    equal(await tokensOf(proxy, asking(text)), tokens + FRAME);
  });
}

Deno.test("count_tokens answers the many small counts Claude Code makes at once (C1)", async () => {
  await using proxy = startProxy();
  const bodies = Array.from(
    { length: 25 },
    () => ({ ...asking("foo"), tools: [] }),
  );
  const counts = await Promise.all(bodies.map((body) => tokensOf(proxy, body)));
  deepEqual(new Set(counts), new Set([8]));
  equal(proxy.upstream.exchanges.length, 0);
});

Deno.test("count_tokens counts system, tools and tool results", async () => {
  await using proxy = startProxy();
  const plain = await tokensOf(proxy, asking("foo"));
  const extras = {
    system: [{ type: "text", text: "Be brief." }],
    tools: [{ name: "Bash", input_schema: { type: "object" } }],
  };
  for (const [name, value] of Object.entries(extras)) {
    ok(
      await tokensOf(proxy, { ...asking("foo"), [name]: value }) > plain,
      name,
    );
  }
  const result = { type: "tool_result", tool_use_id: "t", content: "foo bar" };
  ok(await tokensOf(proxy, asking([result])) > plain);
});

Deno.test("count_tokens names the field that is missing (C2)", async () => {
  await using proxy = startProxy();
  const response = await countTokens(proxy, { messages: [] });
  equal(response.status, 400);
  equal((await response.json()).error.message, "model: Field required");
});
