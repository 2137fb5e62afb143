import type { Context } from "hono";
import type { Choice } from "../choose_targets.ts";
import {
  type EventStreamTimes,
  openEventStream,
} from "../stream/event_stream.ts";
import { createFallback } from "../fallback.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import type { Redact } from "../secret.ts";
import { answerHeaders, eventResponse, toHeader } from "./answer.ts";
import type { Arrival } from "./arrival.ts";
import { passThrough, type PassThroughDeps } from "./pass_through.ts";
import { TargetChain } from "./target_chain.ts";
import {
  translateThrough,
  type TranslateThroughDeps,
} from "./translate_through.ts";
import type { Way } from "./way.ts";

/** What asking depends on. */
export interface AskDeps extends PassThroughDeps, TranslateThroughDeps {
  times: EventStreamTimes;
  /** Removes secrets from what clients are told. */
  redact: Redact;
}

/** The targets to ask. */
export interface Asked extends Choice {
  /** The first to be asked. */
  first: Target;
}

/**
 * Asks the targets one after the other, each through its own API, until one
 * begins its answer, and responds with that.
 *
 * @throws {ApiError} when none does before the status line must be sent.
 */
export async function askTargets(
  c: Context<RequestEnv>,
  deps: AskDeps,
  { arrival, asked }: { arrival: Arrival; asked: Asked },
): Promise<Response> {
  const { request, signal, notices, report, linger } = arrival;
  const { first, targets, answers, fails } = asked;
  const passing = passThrough(c, deps, arrival);
  const translating = translateThrough(deps, arrival);
  const wayTo = ({ api }: Target): Way =>
    api === "anthropic" ? passing : translating;
  const chain = new TargetChain(targets, {
    onFailure: fails,
    onFallback(step, summary) {
      notices.clear(); // of a request that is now replaced
      report.fallback(step);
      if (!c.finalized) c.header("x-ccproxy-fallback", toHeader(summary));
    },
  });
  // A client that left, or is told to retry at a shutdown, wants no other.
  const next = (error: unknown, failed: Target) =>
    signal.aborted ? null : chain.next(error, failed);

  if (!request.stream) {
    const turn = createFallback(first, {
      ask: (target) => wayTo(target).whole(target),
      next,
      onAnswer: answers,
    });
    const body = await turn.next();
    report.begin();
    linger.end();
    report.end({ outcome: "finished" }, turn.usage);
    return c.body(body ?? "", 200, {
      ...answerHeaders(turn.target, arrival),
      "content-type": "application/json",
    });
  }
  const turn = createFallback(first, {
    ask: (target, given) => wayTo(target).stream(target, given),
    next,
    onAnswer: answers,
  });
  const stream = await openEventStream(linger.extend(turn), {
    requestId: c.var.requestId,
    times: deps.times,
    redact: deps.redact,
    onBegin: report.begin,
    onEnd: (end) =>
      linger.whenOver(() => {
        linger.end();
        if (end.outcome === "failed") fails();
        report.end(end, turn.usage);
      }),
  });
  c.var.recorder.hold();
  return eventResponse(c, stream, answerHeaders(turn.target, arrival));
}
