import { Hono } from "hono";
import { parseMessagesRequest } from "../anthropic/request.ts";
import type { CacheSettings } from "../cache/cache_settings.ts";
import { CacheUse } from "../cache/cache_use.ts";
import { toCaching } from "../cache/caching.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import { Notices } from "../translate/notices.ts";
import type { Arrival } from "./arrival.ts";
import { createLinger } from "./linger.ts";
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
  cacheSettings: CacheSettings;
}

/**
 * `POST /v1/messages`: what every request has in common; from there it goes
 * through translation, or past it to an upstream that speaks this API itself.
 */
export function messagesRoute(deps: MessagesDeps): Hono<RequestEnv> {
  return new Hono<RequestEnv>().post("/v1/messages", async (c) => {
    const body = await readJson(c.req.raw);
    const request = parseMessagesRequest(body);
    const target = deps.selectTarget(request.model);
    const sessionId = c.req.header("x-claude-code-session-id");
    const notices = new Notices();
    const { log, recorder } = c.var;
    const cacheUse = new CacheUse();
    const linger = createLinger(
      c.req.raw.signal,
      deps.cacheSettings.keepAbandonedMs,
    );
    const report = createReport(
      { request, target, sessionId, notices, log, recorder, cacheUse },
    );
    const arrival: Arrival = {
      body,
      request,
      target,
      sessionId,
      notices,
      report,
      caching: (inputTokens) =>
        toCaching(request, {
          headers: c.req.raw.headers,
          policy: deps.cacheSettings,
          inputTokens,
          tenant: c.var.tenant,
          use: cacheUse,
        }),
      cacheUse,
      linger,
    };
    try {
      return target.upstream.api === "anthropic"
        ? await passThrough(c, deps, arrival)
        : await translateThrough(c, deps, arrival);
    } catch (error) {
      linger.end();
      throw error;
    }
  });
}
