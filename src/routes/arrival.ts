import type { MessagesRequest } from "../anthropic/request.ts";
import type { CacheUse } from "../cache/cache_use.ts";
import type { Caching } from "../cache/caching.ts";
import type { Target } from "../models/select_target.ts";
import type { Notices } from "../translate/notices.ts";
import type { Linger } from "./linger.ts";
import type { Report } from "./report.ts";

/** Turns an estimate into the tokens a target would count. */
export type CorrectTokens = (tokens: number, target: Target) => number;

/** A Messages request that has come in. */
export interface Arrival {
  /** The body as it came, and what has been read of it. */
  body: unknown;
  request: MessagesRequest;
  /** Aborts when the client leaves, or a shutdown can wait no longer. */
  signal: AbortSignal;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** An estimate in the tokens of a target's model, as far as those are known. */
  correct: CorrectTokens;
  /** Claude Code's session, from its header or its metadata. */
  sessionId: string | undefined;
  /** Takes what cannot be passed on as it is. */
  notices: Notices;
  report: Report;
  /** What the request wants of the cache. */
  caching: Caching;
  /** What the cache has done for it. */
  cacheUse: CacheUse;
  linger: Linger;
}

/**
 * A controller that another's signal aborts, too, for the same reason. Deno's
 * request signal also aborts after every completed answer; by then there is
 * nothing to end.
 */
export function abortWith(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return controller;
}
