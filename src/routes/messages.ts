import { Hono } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import { refuseHeldState, refuseUnsupported } from "../anthropic/refusals.ts";
import {
  type MessagesRequest,
  parseMessagesRequest,
} from "../anthropic/request.ts";
import type { ChooseTargets } from "../choose_targets.ts";
import { type EventStreamTimes, openEventStream } from "../event_stream.ts";
import { createFallback } from "../fallback.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toSessionId } from "../translate/identity.ts";
import { Notices } from "../translate/notices.ts";
import { answerHeaders, eventResponse, toHeader } from "./answer.ts";
import { passThrough, type PassThroughDeps } from "./pass_through.ts";
import { readJson } from "./read_json.ts";
import { createReport } from "./report.ts";
import { TargetChain } from "./target_chain.ts";
import {
  translateThrough,
  type TranslateThroughDeps,
} from "./translate_through.ts";
import type { Way } from "./way.ts";

/** What the route needs; made in main.ts, faked in tests. */
export interface MessagesDeps extends PassThroughDeps, TranslateThroughDeps {
  chooseTargets: ChooseTargets;
  times: EventStreamTimes;
}

/**
 * `POST /v1/messages`: the targets that may answer are asked one after the
 * other, each in the way of its API, until one of them begins its answer.
 */
export function messagesRoute(deps: MessagesDeps): Hono<RequestEnv> {
  return new Hono<RequestEnv>().post("/v1/messages", async (c) => {
    const { times, chooseTargets } = deps;
    const { log, recorder } = c.var;
    const body = await readJson(c.req.raw);
    const request = parseMessagesRequest(body);
    const { model } = request;
    const header = c.req.header("x-claude-code-session-id");
    const sessionId = toSessionId(request, header);
    const inputTokens = estimatePrompt(request);
    const choice = chooseTargets({ model, inputTokens, sessionId });
    const targets = takersOf(request, choice.targets);
    const [first] = targets;
    if (!first) throw new ApiError("not_found_error", `model: ${model}`);

    const notices = new Notices();
    const report = createReport(
      { request, target: first, sessionId, notices, log, recorder },
    );
    const arrival = { body, request, inputTokens, sessionId, notices, report };
    const passing = passThrough(c, deps, arrival);
    const translating = translateThrough(c, deps, arrival);
    const wayTo = ({ upstream }: Target): Way =>
      upstream.api === "anthropic" ? passing : translating;
    const chain = new TargetChain(targets, {
      onFailure: choice.fails,
      onFallback(step, summary) {
        notices.clear(); // of a request that another one takes the place of
        report.fallback(step);
        if (!c.finalized) c.header("x-ccproxy-fallback", toHeader(summary));
      },
    });
    const options = { next: chain.next, onAnswer: choice.answers };

    if (!request.stream) {
      const ask = (target: Target) => wayTo(target).whole(target);
      const turn = createFallback(first, { ...options, ask });
      const body = await turn.next();
      report.begin();
      report.end({ outcome: "finished" }, turn.usage);
      return c.body(body ?? "", 200, {
        ...answerHeaders(turn.target, notices),
        "content-type": "application/json",
      });
    }
    const turn = createFallback(first, {
      ...options,
      ask: (target, given) => wayTo(target).stream(target, given),
    });
    const stream = await openEventStream(turn, {
      requestId: c.var.requestId,
      times,
      onBegin: report.begin,
      onEnd(end) {
        if (end.outcome === "failed") choice.fails();
        report.end(end, turn.usage);
      },
    });
    recorder.hold();
    return eventResponse(c, stream, answerHeaders(turn.target, notices));
  });
}

/**
 * The targets that can be asked at all: what cannot be translated may still be
 * passed through.
 *
 * @throws {ApiError} `invalid_request_error` where no target is left.
 */
function takersOf(
  request: MessagesRequest,
  targets: readonly Target[],
): readonly Target[] {
  refuseHeldState(request);
  const passing = targets.filter(({ upstream }) =>
    upstream.api === "anthropic"
  );
  if (passing.length === targets.length) return targets;
  try {
    refuseUnsupported(request);
    return targets;
  } catch (refusal) {
    if (passing.length > 0) return passing;
    throw refusal;
  }
}
