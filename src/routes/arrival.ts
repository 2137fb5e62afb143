import type { MessagesRequest } from "../anthropic/request.ts";
import type { Target } from "../models/select_target.ts";
import type { Notices } from "../translate/notices.ts";
import type { Report } from "./report.ts";

/** A Messages request that has come in, and where it goes. */
export interface Arrival {
  /** The body as it came, and what has been read of it. */
  body: unknown;
  request: MessagesRequest;
  target: Target;
  /** Claude Code's session, from its header or its metadata. */
  sessionId: string | undefined;
  /** Takes what cannot be passed on as it is. */
  notices: Notices;
  report: Report;
}

/**
 * A controller that the client's leaving aborts, too. Deno's request signal
 * also aborts after every completed answer; by then there is nothing to end.
 */
export function abortWith(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return controller;
}
