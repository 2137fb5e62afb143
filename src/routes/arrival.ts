import type { MessagesRequest } from "../anthropic/request.ts";
import type { CacheUse } from "../cache/cache_use.ts";
import type { Caching } from "../cache/caching.ts";
import type { Target } from "../models/select_target.ts";
import type { Notices } from "../translate/notices.ts";
import type { Linger } from "./linger.ts";
import type { Report } from "./report.ts";

/** A Messages request that has come in, and where it goes. */
export interface Arrival {
  /** The body as it came, and what has been read of it. */
  body: unknown;
  request: MessagesRequest;
  target: Target;
  /** Claude Code's session, from its header. */
  sessionId: string | undefined;
  /** Takes what cannot be passed on as it is. */
  notices: Notices;
  report: Report;
  /** What the request wants of the cache. @param inputTokens Estimate of its prompt. */
  caching: (inputTokens: number) => Caching;
  /** What the cache has done for it. */
  cacheUse: CacheUse;
  linger: Linger;
}

/** A controller that the client's leaving aborts, too. */
export function abortWith(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return controller;
}
