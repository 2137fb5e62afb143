/**
 * Plausible token counts: a token is four characters. Pure.
 *
 * @module
 */
import type { ChatRequest, ChatUsage } from "../openai/chat.ts";

/** Characters that make a token, as a rule of thumb for English and code. */
export const CHARACTERS_PER_TOKEN = 4;

/** Smallest prefix upstreams cache, and the step size of cached tokens. */
const CACHE_STEP_TOKENS = 128;
const CACHE_MINIMUM_TOKENS = 1024;

/** Tokens of a text; zero only if it is empty. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** What a prompt cache compares: the tools, then the messages. */
export function promptText(request: ChatRequest): string {
  return JSON.stringify([request.tools ?? [], request.messages]);
}

/** Usage as OpenAI reports it; reasoning is part of the completion. */
export function toUsage(counts: {
  prompt: string;
  /** The previous request's prompt, whose prefix is cached. */
  previousPrompt: string;
  reasoning: string;
  /** The whole answer, including reasoning. */
  completion: string;
}): ChatUsage {
  const prompt = countTokens(counts.prompt);
  const completion = countTokens(counts.completion);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: cachedTokens(counts.prompt, counts.previousPrompt),
    },
    completion_tokens_details: {
      reasoning_tokens: countTokens(counts.reasoning),
    },
  };
}

function cachedTokens(prompt: string, previous: string): number {
  const shared = commonPrefix(prompt, previous) / CHARACTERS_PER_TOKEN;
  if (shared < CACHE_MINIMUM_TOKENS) return 0;
  return Math.floor(shared / CACHE_STEP_TOKENS) * CACHE_STEP_TOKENS;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) {
    length++;
  }
  return length;
}
