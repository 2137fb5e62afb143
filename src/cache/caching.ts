import type { MessagesRequest } from "../anthropic/request.ts";
import type { CacheUse } from "./cache_use.ts";

/** Which answers are kept: none, housekeeping and repeats, or all. */
export const CACHE_MODES = ["off", "safe", "all"] as const;

/** One of {@linkcode CACHE_MODES}. */
export type CacheMode = (typeof CACHE_MODES)[number];

/**
 * How long answers stay in memory, in milliseconds: as long as a client takes
 * to come back that gave up waiting. Claude Code waits up to 32 s before it
 * tries again.
 */
export const RECENT_MS = 60_000;

/** What is kept for how long. */
export interface CachePolicy {
  mode: CacheMode;
  /** How long answers are kept, in milliseconds. */
  ttlMs: number;
}

/** What one request wants of the cache. */
export interface Caching {
  /**
   * `any` answer there is, kept or on its way; a `fresh` one, which is kept;
   * one of its `own`, asked for it alone and not kept.
   */
  takes: "any" | "fresh" | "own";
  /** Who may be given the answer, as a hash; `null`: everybody. */
  tenant: string | null;
  /** How long the answer may be kept, in ms; a minute is for repeats alone. */
  keepMs: number;
  /** Takes what was done. */
  use: CacheUse;
}

/** Reads what a request wants of the cache from its headers and its kind. */
export function toCaching(
  request: MessagesRequest,
  { headers, policy, inputTokens, tenant, use }: {
    headers: Headers;
    policy: CachePolicy;
    /** Estimate of the prompt, in tokens. */
    inputTokens: number;
    tenant: string | null;
    use: CacheUse;
  },
): Caching {
  const wish = (headers.get("x-ccproxy-cache") ?? "").toLowerCase();
  const control = (headers.get("cache-control") ?? "").toLowerCase();
  const isOwn = policy.mode === "off" || wish === "bypass" ||
    /\bno-store\b/.test(control);
  const isKept = policy.mode === "all" || isHousekeeping(request, inputTokens);
  return {
    takes: isOwn ? "own" : /\bno-cache\b/.test(control) ? "fresh" : "any",
    tenant,
    keepMs: isKept ? policy.ttlMs : Math.min(policy.ttlMs, RECENT_MS),
    use,
  };
}

/** Titles and classifications are short, and so is what they are made of. */
const MAX_INPUT_TOKENS = 4_000;
const MAX_OUTPUT_TOKENS = 512;

/**
 * Whether the answer is as good the next time: the client wants no chance in
 * it, or it is one of the small questions clients ask beside the conversation,
 * such as its title.
 */
function isHousekeeping(
  { temperature, tools, max_tokens, output_config, output_format }:
    MessagesRequest,
  inputTokens: number,
): boolean {
  if (temperature === 0) return true;
  const hasSchema = Boolean(output_config?.format ?? output_format);
  return !tools?.length && inputTokens <= MAX_INPUT_TOKENS &&
    (hasSchema || max_tokens <= MAX_OUTPUT_TOKENS);
}
