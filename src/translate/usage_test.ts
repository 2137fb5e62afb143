import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import type { Usage } from "../anthropic/message.ts";
import type { ChatUsage } from "../openai/chat.ts";
import { NO_USAGE, toUsage, withSomeInput } from "./usage.ts";

/** Input, cache creation, cache read, output and thinking tokens. */
type Counts = [number, number, number, number, number];

const toCounts = (usage: Usage): Counts => [
  usage.input_tokens,
  usage.cache_creation_input_tokens,
  usage.cache_read_input_tokens,
  usage.output_tokens,
  usage.output_tokens_details.thinking_tokens,
];

const ROWS: [string, ChatUsage, Counts][] = [
  ["takes cached tokens out of the input (N1)", {
    prompt_tokens: 10,
    completion_tokens: 2,
    prompt_tokens_details: { cached_tokens: 4 },
  }, [6, 0, 4, 2, 0]],
  ["takes tokens written to the cache out, too", {
    prompt_tokens: 100,
    completion_tokens: 2,
    prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 50 },
  }, [10, 50, 40, 2, 0]],
  ["counts reasoning as thinking", {
    prompt_tokens: 10,
    completion_tokens: 20,
    completion_tokens_details: { reasoning_tokens: 15 },
  }, [10, 0, 0, 20, 15]],
  ["reads DeepSeek's cache hits (N22)", {
    prompt_tokens: 100,
    completion_tokens: 2,
    prompt_cache_hit_tokens: 90,
    prompt_cache_miss_tokens: 10,
  }, [10, 0, 90, 2, 0]],
  ["never counts below zero: xAI caches more than the prompt (N21)", {
    prompt_tokens: 100,
    completion_tokens: 20,
    prompt_tokens_details: { cached_tokens: 150 },
  }, [100, 0, 150, 20, 0]],
  ["takes missing and null counts for none", {
    prompt_tokens: 10,
    completion_tokens: null,
    prompt_tokens_details: null,
    completion_tokens_details: { reasoning_tokens: null },
  }, [10, 0, 0, 0, 0]],
  ["takes no counts for none", {}, [0, 0, 0, 0, 0]],
];

for (const [promise, usage, counts] of ROWS) {
  Deno.test(`toUsage() ${promise}`, () => {
    deepEqual(toCounts(toUsage(usage)), counts);
  });
}

/** What Claude Code counts as context. */
const context = (usage: Usage) =>
  usage.input_tokens + usage.cache_creation_input_tokens +
  usage.cache_read_input_tokens;

const some = fc.oneof(fc.constant(0), fc.nat());

/** A consistent count: tokens read and written are parts of the prompt. */
const consistent = fc.record({ fresh: some, read: some, written: some })
  .filter(({ fresh, read, written }) => fresh + read + written > 0)
  .map(({ fresh, read, written }) => ({
    prompt_tokens: fresh + read + written,
    completion_tokens: 1,
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
  }));

Deno.test("toUsage() keeps the prompt's total", () => {
  fc.assert(fc.property(consistent, (usage) => {
    equal(context(toUsage(usage)), usage.prompt_tokens);
  }));
});

/** Lets final counts replace an estimate as Claude Code does: if above zero. */
function overridden(estimate: number, final: Usage): Usage {
  return {
    ...final,
    input_tokens: final.input_tokens > 0 ? final.input_tokens : estimate,
  };
}

Deno.test("withSomeInput() makes Claude Code's meter show the upstream's total (S38)", () => {
  fc.assert(fc.property(consistent, fc.nat(), (usage, estimate) => {
    const final = withSomeInput(toUsage(usage));
    equal(context(overridden(estimate, final)), usage.prompt_tokens);
  }));
});

Deno.test("withSomeInput() leaves alone what has input or nothing at all", () => {
  const usage = { ...NO_USAGE, input_tokens: 5, cache_read_input_tokens: 9 };
  equal(withSomeInput(usage), usage);
  equal(withSomeInput(NO_USAGE), NO_USAGE);
});

Deno.test("toUsage() gives whole counts of zero and up", () => {
  const count = fc.option(fc.nat());
  const any = fc.record({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: fc.record({
      cached_tokens: count,
      cache_write_tokens: count,
    }),
    prompt_cache_hit_tokens: count,
  }, { requiredKeys: [] });
  fc.assert(fc.property(any, (usage) => {
    for (const counted of toCounts(withSomeInput(toUsage(usage)))) {
      ok(Number.isSafeInteger(counted) && counted >= 0);
    }
  }));
});
