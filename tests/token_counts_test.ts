/** How close counts are to upstreams' counts, through the HTTP port. */
import { ok, strictEqual as equal } from "node:assert";
import { chunks } from "../src/demo/replies.ts";
import type { Encoding } from "../src/tokens/encoding.ts";
import { Calibrations } from "../src/tokens/calibrations.ts";
import type { DemoUpstreamOptions } from "../src/demo/upstream.ts";
import { chunk, pdf } from "./builders.ts";
import { makePdf } from "./pdf.ts";
import { openStore } from "./store_site.ts";
import {
  parseEvents,
  postMessages,
  type Proxy,
  startProxy,
} from "./support.ts";
import { exactCounter, readCorpus } from "./token_corpus.ts";

/** Around one message, and for the answer's beginning. */
const FRAME = 4 + 3;

const MODELS: Record<Encoding, string> = {
  o200k_base: "gpt-5.6-sol",
  cl100k_base: "gpt-4-turbo",
};

async function countTokens(
  { url }: Pick<Proxy, "url">,
  fields: Record<string, unknown>,
): Promise<number> {
  const response = await fetch(`${url}/v1/messages/count_tokens`, {
    method: "POST",
    body: JSON.stringify({ model: "claude-sonnet-5", ...fields }),
  });
  equal(response.status, 200);
  return (await response.json()).input_tokens;
}

function say(content: unknown): { role: "user"; content: unknown } {
  return { role: "user", content };
}

for (const encoding of ["o200k_base", "cl100k_base"] as const) {
  Deno.test(`count_tokens counts the corpus as ${encoding} does`, async () => {
    const model = MODELS[encoding];
    await using proxy = startProxy({ environment: { BIG_MODEL_NAME: model } });
    const exact = exactCounter(encoding);
    const errors: number[] = [];
    for (const text of (await readCorpus()).values()) {
      const tokens = exact(text) + FRAME;
      const counted = await countTokens(proxy, { messages: [say(text)] });
      errors.push(Math.abs(counted - tokens) / tokens);
    }
    errors.sort((a, b) => a - b);
    ok((errors[2] ?? 1) < 0.01 && (errors[4] ?? 1) < 0.05, errors.join());
  });
}

Deno.test("count_tokens counts in the tokens of the model that would be asked", async () => {
  await using proxy = startProxy({
    environment: { BIG_MODEL_NAME: "gpt-5", SMALL_MODEL_NAME: "gpt-4" },
  });
  const text = (await readCorpus()).get("cjk.txt") ?? "";
  const messages = [say(text)];
  const big = await countTokens(proxy, { messages });
  const small = await countTokens(proxy, { messages, model: "claude-haiku-5" });
  equal(big, exactCounter("o200k_base")(text) + FRAME);
  equal(small, exactCounter("cl100k_base")(text) + FRAME);
  ok(small > big);
});

Deno.test("count_tokens counts images by the formula of the model's maker", async () => {
  const header = [
    ...[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13],
    ...[0x49, 0x48, 0x44, 0x52, 0, 0, 4, 0, 0, 0, 4, 0],
  ];
  const data = new Uint8Array(header).toBase64();
  const source = { type: "base64", media_type: "image/png", data };
  const messages = [say([{ type: "image", source }])];
  for (
    const [BIG_MODEL_NAME, tokens] of [
      ["gpt-4o", 765],
      ["qwen3-vl", Math.ceil(1024 * 1024 / 750)],
    ] as const
  ) {
    await using proxy = startProxy({ environment: { BIG_MODEL_NAME } });
    equal(await countTokens(proxy, { messages }), tokens + FRAME);
  }
});

Deno.test("count_tokens reads the text of PDFs", async () => {
  await using proxy = startProxy();
  const text = "The tide turns at nine, and the ferry waits for nobody.";
  const data = new Uint8Array(makePdf(text)).toBase64();
  const source = { type: "base64", media_type: "application/pdf", data };
  const document = { ...pdf(), source };
  const tokens = await countTokens(proxy, { messages: [say([document])] });
  const exact = exactCounter("o200k_base");
  equal(tokens, exact(text) + FRAME);
});

/** A session of this many turns, the text of each of all kinds. */
function sessionOf(corpus: readonly string[], turns: number) {
  const messages = Array.from({ length: turns }, (_, i) => [
    say(corpus.map((text) => text.slice((i * 97) % 300)).join("\n")),
    { role: "assistant", content: `Step ${i}: ${corpus[1]?.slice(i, 400)}` },
  ]).flat();
  return { system: corpus[0], messages: [...messages, say("Go on.")] };
}

Deno.test("counts and estimates are 2 % off at most after 10 answers of an unknown tokenizer", async () => {
  const corpus = [...(await readCorpus()).values()];
  const exact = exactCounter("cl100k_base");
  const unknown = (text: string) => Math.round(exact(text) * 1.17) + 60;
  const script: DemoUpstreamOptions["script"] = ({ body }) => {
    const text = body.messages.map(({ content }) => String(content));
    const prompt_tokens = unknown(text.join("\n"));
    const usage = { prompt_tokens, completion_tokens: 1 };
    return chunks([chunk({ content: "hi" }, "stop"), { choices: [], usage }]);
  };
  const next = sessionOf(corpus, 11);
  const texts = next.messages.map(({ content }) => String(content));
  const actual = unknown([next.system, ...texts].join("\n"));
  const offBy = (tokens: number) => Math.abs(tokens - actual) / actual;

  await using store = openStore({ open: () => Deno.openKv(":memory:") });
  const calibrations = new WatchedCalibrations(store.store);
  await using proxy = startProxy({
    environment: { BIG_MODEL_NAME: "llama-9" },
    calibrations,
    script,
  });
  ok(offBy(await countTokens(proxy, next)) > 0.1);
  for (let turn = 1; turn <= 10; turn++) {
    const { promise } = calibrations.nextCount = Promise.withResolvers();
    await (await postMessages(proxy, sessionOf(corpus, turn))).text();
    await promise;
  }
  const counted = await countTokens(proxy, next);
  ok(offBy(counted) < 0.02, `${counted} for ${actual}`);
  const told = await toldTokens(proxy, next);
  ok(offBy(told) < 0.02, `${told} for ${actual}`);
  const page = await (await fetch(`${proxy.url}/metrics`)).text();
  ok(page.includes("ccproxy_input_tokens_estimate_error_ratio_count{"), page);
});

/** Reports when a prompt has been counted and learned from. */
class WatchedCalibrations extends Calibrations {
  nextCount = Promise.withResolvers<void>();

  override learn(...given: Parameters<Calibrations["learn"]>): void {
    super.learn(...given);
    if (given[1] === "count") this.nextCount.resolve();
  }
}

/** The tokens reported in `message_start`. */
async function toldTokens(
  proxy: Proxy,
  fields: Record<string, unknown>,
): Promise<number> {
  const response = await postMessages(proxy, { ...fields, stream: true });
  const [start] = parseEvents(await response.text());
  return JSON.parse(JSON.stringify(start)).data.message.usage.input_tokens;
}
