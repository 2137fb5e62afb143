import { Hono } from "hono";
import { parseMessagesRequest } from "../anthropic/request.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { OpenRequests } from "../open_requests.ts";
import type { Target } from "../models/select_target.ts";
import { toSession } from "../translate/identity.ts";
import { Notices } from "../translate/notices.ts";
import { ATTEMPTS } from "./answer.ts";
import { abortWith, type Arrival } from "./arrival.ts";
import { passThrough, type PassThroughDeps } from "./pass_through.ts";
import { readJson } from "./read_json.ts";
import { createReport } from "./report.ts";
import {
  translateThrough,
  type TranslateThroughDeps,
} from "./translate_through.ts";

/** What the route needs; made in main.ts, faked in tests. */
export interface MessagesDeps extends PassThroughDeps, TranslateThroughDeps {
  /** Where requests for a client's model name go. */
  selectTarget: (model: string) => Target;
  openRequests: OpenRequests;
}

/**
 * `POST /v1/messages`: what every request has in common; from there it goes
 * through translation, or past it to an upstream that speaks this API itself.
 */
export function messagesRoute(deps: MessagesDeps): Hono<RequestEnv> {
  return new Hono<RequestEnv>().post("/v1/messages", async (c) => {
    const { openRequests, selectTarget } = deps;
    const { log, recorder, requestId } = c.var;
    const abort = abortWith(c.req.raw.signal);
    openRequests.enter(requestId, abort);
    const body = await readJson(c.req.raw);
    const request = parseMessagesRequest(body);
    const target = selectTarget(request.model);
    const sessionId = toSession(
      request,
      c.req.header("x-claude-code-session-id"),
    );
    const notices = new Notices();
    const report = createReport(
      { request, target, sessionId, notices, log, recorder },
    );
    const arrival: Arrival = {
      body,
      request,
      target,
      signal: abort.signal,
      sessionId,
      notices,
      report,
    };
    try {
      return target.api === "anthropic"
        ? await passThrough(c, deps, arrival)
        : await translateThrough(c, deps, arrival);
    } catch (error) {
      c.header(ATTEMPTS, String(report.attempts));
      throw error;
    }
  });
}
