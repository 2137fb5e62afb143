/**
 * Many requests of all kinds, and the accounts that upstream and ledger keep.
 *
 * @module
 */
import { finishChunk, textChunk, usageChunk } from "../src/demo/chunks.ts";
import type { Bill } from "../src/demo/bill.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import {
  chunks,
  json,
  openaiError,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import { postMessages, startProxy } from "./support.ts";

/**
 * Results of requests, in turn. Failures are few, otherwise the proxy would
 * stop asking the upstream.
 */
const KINDS = [
  ...["streamed", "whole", "left", "streamed", "whole", "retried"] as const,
  ...["streamed", "whole", "left", "streamed", "whole", "streamed"] as const,
  ...["refused", "whole", "left", "streamed", "whole", "cut"] as const,
  ...["streamed", "whole", "left", "streamed", "whole", "streamed"] as const,
] as const;

/** How many requests run at the same time. */
const AT_ONCE = 40;

/** Nano-dollars per token: read uncached, read from the cache, written. */
const RATES: Record<string, readonly [bigint, bigint, bigint]> = {
  "gpt-5": [1_250n, 125n, 10_000n],
  "gpt-5-mini": [250n, 25n, 2_000n],
};

/** Two accounts of the same requests. */
export interface Accounts {
  /** What the upstream charges, at OpenAI's prices. */
  billedNanoUsd: bigint;
  /** What `GET /v1/usage` reports. */
  ledgerUsd: number;
  requests: number;
  estimated: number;
  /** Requests the upstream got. */
  attempts: number;
}

/** Sends that many requests and compares the accounts. */
export async function compareAccounts(count: number): Promise<Accounts> {
  const retried = new Set<number>();
  const ended = Promise.withResolvers<void>();
  let left = count;
  let attempts = 0;
  await using proxy = startProxy({
    environment: { BIG_MODEL_NAME: "gpt-5", SMALL_MODEL_NAME: "gpt-5-mini" },
    retry: { maxAttempts: 3, baseMs: 0, maxMs: 1_000 },
    keepExchanges: 1,
    observers: [({ message }) => {
      if (message && --left === 0) ended.resolve();
    }],
    script(exchange) {
      attempts++;
      const number = Number(
        JSON.stringify(exchange.body.messages).match(/\d+/),
      );
      if (kindOf(number) !== "retried" || retried.has(number)) {
        return replyTo(number, exchange);
      }
      retried.add(number);
      return refusal(500, openaiError("Try again"));
    },
  });
  let next = 0;
  const work = async () => {
    while (next < count) {
      const number = next++;
      const isStream = kindOf(number) !== "whole";
      const response = await postMessages(proxy, {
        model: number % 5 === 0 ? "claude-haiku-4-5" : "claude-opus-4-8",
        stream: isStream,
        messages: [{ role: "user", content: `number ${number}` }],
      });
      if (kindOf(number) === "left") await leave(response);
      else await response.text();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await ended.promise;
  const usage = await fetch(`${proxy.url}/v1/usage`);
  const { total } = await usage.json();
  return {
    billedNanoUsd: priceOf(proxy.upstream.bill),
    ledgerUsd: total.cost_usd,
    requests: total.requests,
    estimated: total.estimated_requests,
    attempts,
  };
}

function kindOf(number: number): (typeof KINDS)[number] {
  return KINDS[number % KINDS.length] ?? "streamed";
}

/** Leaves once the answer has begun. */
async function leave(response: Response): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream())
    .getReader();
  let text = "";
  while (reader && !text.includes("text_delta")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader?.cancel();
}

function replyTo(number: number, { body }: Exchange): Reply {
  const prompt_tokens = 100 + number * 7_919 % 50_000;
  const completion_tokens = 1 + number * 104_729 % 3_000;
  const usage = {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: {
      cached_tokens: Math.floor(prompt_tokens * (number % 4) / 5),
    },
  };
  // Some report usage throughout (vLLM, xAI), so that it is known when they are
  // cut off.
  const first = { ...textChunk("Hi"), usage };
  switch (kindOf(number)) {
    case "refused":
      return refusal(400, openaiError("No"));
    case "cut":
      return chunks([first], { end: "cut" });
    case "left":
      return chunks([first], { end: "hang" });
    default:
      return body.stream
        ? chunks([textChunk("Hi"), finishChunk("stop"), usageChunk(usage)])
        : json({
          object: "chat.completion",
          choices: [{ message: { content: "Hi" }, finish_reason: "stop" }],
          usage,
        });
  }
}

function priceOf({ byModel }: Pick<Bill, "byModel">): bigint {
  let sum = 0n;
  for (const [model, { prompt, cached, completion }] of byModel) {
    const [input, read, output] = RATES[model] ?? [0n, 0n, 0n];
    sum += BigInt(prompt - cached) * input + BigInt(cached) * read +
      BigInt(completion) * output;
  }
  return sum;
}

if (import.meta.main) {
  const { billedNanoUsd, ledgerUsd, ...rest } = await compareAccounts(5_000);
  const text = [
    `billed  ${(Number(billedNanoUsd) / 1e9).toFixed(9)} USD`,
    `ledger  ${ledgerUsd.toFixed(9)} USD`,
    JSON.stringify(rest),
  ].join("\n");
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
