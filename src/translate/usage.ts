import type { Usage } from "../anthropic/message.ts";
import type { ChatUsage } from "../openai/chat.ts";
import type { ResponsesUsage } from "../openai/responses_events.ts";

/**
 * Translates an upstream's token counts.
 *
 * OpenAI's prompt tokens include those read from and written to its cache,
 * Anthropic's input tokens exclude both; counting them twice makes Claude
 * Code's context meter wrong. Never negative: xAI reports more cached than
 * prompt tokens.
 */
export function toUsage(usage: ChatUsage): Usage {
  const read = usage.prompt_tokens_details?.cached_tokens ??
    usage.prompt_cache_hit_tokens ?? usage.cached_tokens ?? 0;
  const prompt = usage.prompt_tokens ??
    read + (usage.prompt_cache_miss_tokens ?? 0);
  const written = usage.prompt_tokens_details?.cache_write_tokens ??
    usage.prompt_tokens_details?.cache_creation_input_tokens ?? 0;
  const input = prompt - read - written;
  return {
    ...NO_USAGE,
    input_tokens: input < 0 ? prompt : input,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: usage.completion_tokens ?? 0,
    output_tokens_details: {
      thinking_tokens: usage.completion_tokens_details?.reasoning_tokens ??
        usage.reasoning_tokens ?? 0,
    },
  };
}

/**
 * What the upstream says it charges, in US dollars.
 *
 * @see {@link https://openrouter.ai/docs/use-cases/usage-accounting}
 */
export function toBilledUsd(
  { cost, is_byok, cost_details }: ChatUsage,
): number | undefined {
  if (typeof cost !== "number" || cost < 0) return undefined;
  return cost + (is_byok ? cost_details?.upstream_inference_cost ?? 0 : 0);
}

/** Token counts of the Responses API, which uses other names. */
export function toResponsesUsage(usage: ResponsesUsage): Usage {
  return toUsage({
    prompt_tokens: usage.input_tokens,
    prompt_tokens_details: usage.input_tokens_details,
    completion_tokens: usage.output_tokens,
    completion_tokens_details: usage.output_tokens_details,
  });
}

/** Nothing counted yet. */
export const NO_USAGE: Usage = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
  output_tokens_details: { thinking_tokens: 0 },
  server_tool_use: null,
};

/** Adds up the tokens of two turns; all else is taken from the later. */
export function addTokens(earlier: Usage, later: Usage): Usage {
  const sum = (
    name:
      | "input_tokens"
      | "cache_creation_input_tokens"
      | "cache_read_input_tokens"
      | "output_tokens",
  ) => earlier[name] + later[name];
  return {
    ...later,
    input_tokens: sum("input_tokens"),
    cache_creation_input_tokens: sum("cache_creation_input_tokens"),
    cache_read_input_tokens: sum("cache_read_input_tokens"),
    output_tokens: sum("output_tokens"),
    output_tokens_details: {
      thinking_tokens: earlier.output_tokens_details.thinking_tokens +
        later.output_tokens_details.thinking_tokens,
    },
  };
}

/**
 * Counts one cached token as input if there would be none. Claude Code replaces
 * the count of `message_start` with the final one only if that is above zero:
 * with a wholly cached prompt the initial estimate would stay, and tokens be
 * counted twice.
 */
export function withSomeInput(usage: Usage): Usage {
  if (usage.input_tokens > 0) return usage;
  for (
    const cached of [
      "cache_read_input_tokens",
      "cache_creation_input_tokens",
    ] as const
  ) {
    if (usage[cached] === 0) continue;
    return { ...usage, input_tokens: 1, [cached]: usage[cached] - 1 };
  }
  return usage;
}
