import type { MessagesRequest } from "../anthropic/request.ts";
import type { CacheUse } from "../cache/cache_use.ts";
import type { Caching } from "../cache/caching.ts";
import type { Target } from "../models/select_target.ts";
import type { Notices } from "../translate/notices.ts";
import type { Linger } from "./linger.ts";
import type { Report } from "./report.ts";

/** Converts an estimate to the tokens a target would count. */
export type CorrectTokens = (tokens: number, target: Target) => number;

/** A Messages request as received. */
export interface Arrival {
  /** The body as received, and what was parsed from it. */
  body: unknown;
  request: MessagesRequest;
  /** Aborts when the client leaves, or a shutdown cannot wait any longer. */
  signal: AbortSignal;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** Converts an estimate to the target model's tokens, as far as known. */
  correct: CorrectTokens;
  /** Claude Code's session, from its header or its metadata. */
  sessionId: string | undefined;
  /** Collects what cannot be passed on unchanged. */
  notices: Notices;
  report: Report;
  /** How the request may use the cache. */
  caching: Caching;
  /** What the cache did for it. */
  cacheUse: CacheUse;
  linger: Linger;
}

/**
 * A controller that also aborts when `signal` does, for the same reason. Deno's
 * request signal also aborts after every completed answer; by then there is
 * nothing left to end.
 */
export function abortWith(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return controller;
}
