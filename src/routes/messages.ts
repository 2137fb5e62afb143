import { type Context, Hono } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import { refuseHeldState, refuseUnsupported } from "../anthropic/refusals.ts";
import {
  type MessagesRequest,
  parseMessagesRequest,
} from "../anthropic/request.ts";
import type { CacheSettings } from "../cache/cache_settings.ts";
import { CacheUse } from "../cache/cache_use.ts";
import { toCaching } from "../cache/caching.ts";
import type { ChooseTargets } from "../choose_targets.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { LogBody } from "../observe/body_log.ts";
import type { OpenRequests } from "../open_requests.ts";
import type { Target } from "../models/select_target.ts";
import type { Calibrations } from "../tokens/calibrations.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toSession } from "../translate/identity.ts";
import { Notices } from "../translate/notices.ts";
import { ATTEMPTS } from "./answer.ts";
import { abortWith, type Arrival, type CorrectTokens } from "./arrival.ts";
import { type AskDeps, askTargets } from "./ask_targets.ts";
import { createLinger } from "./linger.ts";
import { readJson } from "./read_json.ts";
import { createReport } from "./report.ts";

/** What the route depends on; created in deps.ts, faked in tests. */
export interface MessagesDeps extends AskDeps {
  chooseTargets: ChooseTargets;
  openRequests: OpenRequests;
  calibrations: Pick<Calibrations, "correct">;
  cacheSettings: CacheSettings;
  /** Logs bodies; `null`: bodies are not logged. */
  logBody: LogBody | null;
}

/**
 * `POST /v1/messages`: what every request goes through before it is sent to the
 * targets that can answer it.
 */
export function messagesRoute(deps: MessagesDeps): Hono<RequestEnv> {
  return new Hono<RequestEnv>().post("/v1/messages", async (c) => {
    const { log, recorder, requestId } = c.var;
    const { keepAbandonedMs } = deps.cacheSettings;
    const linger = createLinger(c.req.raw.signal, keepAbandonedMs);
    const cacheUse = new CacheUse(() => recorder.elapsedMs);
    setHeaders(c, cacheUse.headers()); // for a request that is refused at once
    const abort = abortWith(linger.signal);
    deps.openRequests.enter(requestId, abort);
    const body = await readJson(c.req.raw);
    const { logBody } = deps;
    if (logBody) {
      logBody(log, { what: "client request", text: JSON.stringify(body) });
    }
    const request = parseMessagesRequest(body);
    const { model } = request;
    const header = c.req.header("x-claude-code-session-id");
    const sessionId = toSession(request, header);
    const inputTokens = estimatePrompt(request);
    const choice = deps.chooseTargets({ model, inputTokens, sessionId });
    const targets = takersOf(request, choice.targets);
    const [first] = targets;
    if (!first) throw new ApiError("not_found_error", `model: ${model}`);

    const correct: CorrectTokens = (tokens, target) =>
      deps.calibrations.correct(target, { tokens, measure: "estimate" });
    const notices = new Notices();
    const report = createReport({
      request,
      target: first,
      inputTokens,
      correct,
      sessionId,
      notices,
      log,
      logBody,
      recorder,
      cacheUse,
    });
    const arrival: Arrival = {
      body,
      request,
      signal: abort.signal,
      inputTokens,
      correct,
      sessionId,
      notices,
      report,
      caching: toCaching(request, {
        headers: c.req.raw.headers,
        policy: deps.cacheSettings,
        inputTokens,
        tenant: c.var.tenant,
        use: cacheUse,
      }),
      cacheUse,
      linger,
    };
    const asked = { ...choice, first, targets };
    try {
      return await askTargets(c, deps, { arrival, asked });
    } catch (error) {
      linger.end();
      c.header(ATTEMPTS, String(report.attempts));
      setHeaders(c, cacheUse.headers());
      throw error;
    }
  });
}

function setHeaders(c: Context, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
}

/**
 * The targets that can take the request: one that cannot be translated may
 * still be passed through.
 *
 * @throws {ApiError} `invalid_request_error` when no target is left.
 */
function takersOf(
  request: MessagesRequest,
  targets: readonly Target[],
): readonly Target[] {
  refuseHeldState(request);
  const passing = targets.filter(({ api }) => api === "anthropic");
  if (passing.length === targets.length) return targets;
  try {
    refuseUnsupported(request);
    return targets;
  } catch (refusal) {
    if (passing.length > 0) return passing;
    throw refusal;
  }
}
