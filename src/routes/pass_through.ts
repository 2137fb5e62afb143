import type { Context } from "hono";
import { refuseHeldState } from "../anthropic/refusals.ts";
import { type EventStreamTimes, openEventStream } from "../event_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toPassedRequest } from "../translate/passthrough_request.ts";
import type { PassedCall, PassthroughClient } from "../upstream/passthrough.ts";
import { answerHeaders, eventResponse } from "./answer.ts";
import { abortWith, type Arrival } from "./arrival.ts";

/** What passing through needs. */
export interface PassThroughDeps {
  /** Asks upstreams that speak the Messages API themselves. */
  passthrough: PassthroughClient;
  times: EventStreamTimes;
}

/** The Messages API's oldest version that is still asked for. */
const VERSION = "2023-06-01";

/** The way of a request whose upstream speaks the Messages API itself. */
export async function passThrough(
  c: Context<RequestEnv>,
  { passthrough, times }: PassThroughDeps,
  { body, request, target, signal, sessionId, notices, report }: Arrival,
): Promise<Response> {
  refuseHeldState(request);
  const beta = c.req.header("anthropic-beta");
  const passed: PassedCall = {
    target,
    inputTokens: estimatePrompt(request),
    sessionId,
    abort: abortWith(signal),
    onAttempt: report.attempt,
    onRetry: report.retry,
    onLesson: report.lesson,
    model: request.model,
    headers: {
      "anthropic-version": c.req.header("anthropic-version") ?? VERSION,
      ...(beta === undefined ? {} : { "anthropic-beta": beta }),
    },
    translate: (target) => toPassedRequest(body, { target, notices }),
  };

  if (!request.stream) {
    const message = await passthrough.complete(passed);
    report.begin();
    report.end({ outcome: "finished" }, message.usage);
    return c.body(message.body, 200, {
      ...answerHeaders(target, { notices, report }),
      "content-type": "application/json",
    });
  }
  const events = passthrough.stream(passed);
  const stream = await openEventStream(events, {
    requestId: c.var.requestId,
    times,
    onBegin: report.begin,
    onEnd: (end) => report.end(end, events.usage),
  });
  c.var.recorder.hold();
  return eventResponse(c, stream, answerHeaders(target, { notices, report }));
}
