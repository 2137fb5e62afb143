import { Hono } from "hono";
import { parseMessagesRequest } from "../anthropic/request.ts";
import { toFailedEnd } from "../event_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { OpenRequests } from "../open_requests.ts";
import type { Target } from "../models/select_target.ts";
import { Notices } from "../translate/notices.ts";
import { abortWith, type Arrival } from "./arrival.ts";
import { passThrough, type PassThroughDeps } from "./pass_through.ts";
import { readJson } from "./read_json.ts";
import { createReport, type Report } from "./report.ts";
import {
  translateThrough,
  type TranslateThroughDeps,
} from "./translate_through.ts";

/** What the route needs; made in main.ts, faked in tests. */
export interface MessagesDeps extends PassThroughDeps, TranslateThroughDeps {
  /** Where requests for a client's model name go. */
  selectTarget: (model: string) => Target;
  openRequests: OpenRequests;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * `POST /v1/messages`: what every request has in common; from there it goes
 * through translation, or past it to an upstream that speaks this API itself.
 */
export function messagesRoute(deps: MessagesDeps): Hono<RequestEnv> {
  return new Hono<RequestEnv>().post("/v1/messages", async (c) => {
    const { now, openRequests, selectTarget } = deps;
    const startedAt = now();
    const abort = abortWith(c.req.raw.signal);
    const onEnd = openRequests.enter(abort);
    let report: Report | undefined;
    try {
      const body = await readJson(c.req.raw);
      const request = parseMessagesRequest(body);
      const target = selectTarget(request.model);
      const sessionId = c.req.header("x-claude-code-session-id");
      const notices = new Notices();
      const { log } = c.var;
      report = createReport(
        { request, target, sessionId, notices, log, now, startedAt, onEnd },
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
      return target.upstream.api === "anthropic"
        ? await passThrough(c, deps, arrival)
        : await translateThrough(c, deps, arrival);
    } catch (error) {
      if (report) report.end(toFailedEnd(error), null);
      else onEnd();
      throw error;
    }
  });
}
