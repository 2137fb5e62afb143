/**
 * Usage and costs, as reported through the proxy's port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk, usageChunk } from "../src/demo/chunks.ts";
import { chunks, openaiError, refusal } from "../src/demo/replies.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

const USAGE = {
  prompt_tokens: 1_000,
  completion_tokens: 100,
  total_tokens: 1_100,
  prompt_tokens_details: { cached_tokens: 400 },
};

const PRICED = { BIG_MODEL_NAME: "gpt-5", SMALL_MODEL_NAME: "gpt-5-mini" };

/** 600 fresh, 400 cached and 100 written tokens at gpt-5's prices. */
const GPT_5_USD = (600 * 1.25 + 400 * 0.125 + 100 * 10) / 1e6;
/** The same at Claude Opus 4.1's. */
const OPUS_USD = (600 * 15 + 400 * 1.5 + 100 * 75) / 1e6;

const says = (usage: Record<string, unknown>) =>
  chunks([
    textChunk("Hi"),
    finishChunk("stop"),
    usageChunk({ ...USAGE, ...usage }),
  ]);

interface Told {
  data: Record<string, unknown>[];
  total: Record<string, number>;
}

async function usageOf({ url }: Proxy, query = ""): Promise<Told> {
  const response = await fetch(`${url}/v1/usage${query}`);
  equal(response.status, 200);
  return await response.json();
}

/** Asks for Opus 4.1, and reads the whole answer. */
async function ask(proxy: Proxy, fields: Record<string, unknown> = {}) {
  const model = "claude-opus-4-1-20250805";
  const response = await postMessages(proxy, {
    model,
    stream: true,
    ...fields,
  });
  await response.text();
}

Deno.test("GET /v1/usage tells what was paid, and what Claude would have cost", async () => {
  await using proxy = startProxy({
    environment: PRICED,
    script: () => says({}),
  });
  await ask(proxy);
  await ask(proxy);
  const { data, total } = await usageOf(proxy, "?by=model");
  deepEqual(data, [{
    model: `${proxy.config.upstreams[0]?.name}/gpt-5`,
    requests: 2,
    failed_requests: 0,
    free_requests: 0,
    estimated_requests: 0,
    unpriced_requests: 0,
    input_tokens: 1_200,
    cache_read_input_tokens: 800,
    cache_creation_input_tokens: 0,
    output_tokens: 200,
    cost_usd: GPT_5_USD * 2,
    estimated_cost_usd: 0,
    claude_cost_usd: OPUS_USD * 2,
    saved_usd: 0.0306,
  }]);
  equal(total.cost_usd, GPT_5_USD * 2);
});

Deno.test("the log line and /metrics tell a message's cost", async () => {
  await using proxy = startProxy({
    environment: PRICED,
    script: () => says({}),
  });
  await ask(proxy);
  const { costUsd, savedUsd } = await proxy.entry("message");
  equal(costUsd, GPT_5_USD);
  equal(savedUsd, 0.0153);
  const page = await (await fetch(`${proxy.url}/metrics`)).text();
  match(page, /ccproxy_cost_usd_total\{[^}]*"gpt-5"\} 0\.0018\n/);
  match(page, /ccproxy_saved_usd_total\{[^}]*"gpt-5"\} 0\.0153\n/);
});

Deno.test("what OpenRouter says it asks wins over prices, and clients are not told", async () => {
  await using proxy = startProxy({
    environment: PRICED,
    script: () => says({ cost: 0.5 }),
  });
  const response = await postMessages(proxy, { stream: true });
  ok(!(await response.text()).includes("billedUsd"));
  const { total } = await usageOf(proxy);
  equal(total.cost_usd, 0.5);
});

Deno.test("a stream that is cut counts as far as the upstream told, else by estimate", async () => {
  await using proxy = startProxy({
    environment: PRICED,
    script: ({ number }) =>
      number === 1
        ? chunks([{ ...textChunk("Hi"), usage: USAGE }], { end: "cut" })
        : chunks([textChunk("Hi there")], { end: "cut" }),
  });
  await ask(proxy);
  const told = await usageOf(proxy);
  equal(told.total.cost_usd, GPT_5_USD);
  equal(told.total.estimated_requests, 0);
  equal(told.total.failed_requests, 1);
  await ask(proxy);
  const { total } = await usageOf(proxy);
  equal(total.estimated_requests, 1);
  ok((total.estimated_cost_usd ?? 0) > 0);
});

Deno.test("refused and retried attempts cost nothing; models without a price are counted", async () => {
  await using proxy = startProxy({
    script: ({ number }) =>
      number === 1 ? refusal(500, openaiError("Try again")) : says({}),
  });
  await ask(proxy);
  const { total } = await usageOf(proxy);
  deepEqual(
    [total.requests, total.unpriced_requests, total.cost_usd],
    [1, 1, 0],
  );
  ok((total.claude_cost_usd ?? 0) > 0);
});

Deno.test("GET /v1/usage tells sessions apart", async () => {
  await using proxy = startProxy({
    environment: PRICED,
    script: () => says({}),
  });
  for (const session of ["one", "two", "two"]) {
    const headers = { "x-claude-code-session-id": session };
    await (await postMessages(proxy, {}, { headers })).body?.cancel();
  }
  const { data } = await usageOf(proxy, "?by=session&since=1h");
  deepEqual(data.map(({ session, requests }) => [session, requests]), [
    ["two", 2],
    ["one", 1],
  ]);
});

for (
  const [query, complaint] of Object.entries({
    "?by=week": /^by: expected one of hour, day, model, session, got "week"$/,
    "?since=soon": /^since: expected a date like/,
    "?until=soon": /^until: expected a date like/,
    "?since=1h&until=2h": /^since: expected a moment before until$/,
  })
) {
  Deno.test(`GET /v1/usage refuses ${query}`, async () => {
    await using proxy = startProxy();
    const response = await fetch(`${proxy.url}/v1/usage${query}`);
    equal(response.status, 400);
    const { error } = await response.json();
    match(error.message, complaint);
  });
}

Deno.test("GET /v1/usage wants a key where there are keys", async () => {
  await using proxy = startProxy({
    environment: { CCPROXY_API_KEY: "sesame-sesame" },
  });
  const url = `${proxy.url}/v1/usage`;
  const headers = { "x-api-key": "sesame-sesame" };
  equal(await statusOf(fetch(url)), 401);
  equal(await statusOf(fetch(url, { headers })), 200);
});

async function statusOf(asking: Promise<Response>): Promise<number> {
  const response = await asking;
  await response.body?.cancel();
  return response.status;
}
