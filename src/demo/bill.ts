import { z } from "zod";
import { ChatCompletion, type ChatUsage } from "../openai/chat.ts";
import type { Reply } from "./replies.ts";

/** Tokens of one model that are charged. */
export interface BilledTokens {
  /** Whether read from the cache or not. */
  prompt: number;
  /** Those prompt tokens that were read from the cache. */
  cached: number;
  completion: number;
}

const WithUsage = z.looseObject({ usage: ChatCompletion.shape.usage });

/**
 * What an upstream charges for: each answer it has begun, in full, however much
 * of it the client received. Refusals are free.
 */
export class Bill {
  readonly #byModel = new Map<string, BilledTokens>();

  /** The charges so far, by model. */
  get byModel(): ReadonlyMap<string, Readonly<BilledTokens>> {
    return this.#byModel;
  }

  /** Adds the usage a reply reports. */
  add(model: string, { status, said = [] }: Reply): void {
    if (status !== 200) return;
    const usage = said.map(usageOf).findLast((usage) => usage);
    if (!usage) return;
    const before = this.#byModel.get(model) ??
      { prompt: 0, cached: 0, completion: 0 };
    const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
    this.#byModel.set(model, {
      prompt: before.prompt + (usage.prompt_tokens ?? 0),
      cached: before.cached + cached,
      completion: before.completion + (usage.completion_tokens ?? 0),
    });
  }
}

function usageOf(chunk: unknown): ChatUsage | null | undefined {
  return WithUsage.safeParse(chunk).data?.usage;
}
