import type { Context } from "hono";
import { refuseHeldState } from "../anthropic/refusals.ts";
import type { Usage } from "../anthropic/message.ts";
import {
  type EventStreamTimes,
  openEventStream,
  type StreamEnd,
} from "../event_stream.ts";
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
  arrival: Arrival,
): Promise<Response> {
  const { body, request, target, notices, report, linger } = arrival;
  refuseHeldState(request);
  const beta = c.req.header("anthropic-beta");
  const inputTokens = estimatePrompt(request);
  const passed: PassedCall = {
    target,
    inputTokens,
    abort: abortWith(linger.signal),
    caching: arrival.caching(inputTokens),
    onRetry: report.retry,
    onLesson: report.lesson,
    model: request.model,
    headers: {
      "anthropic-version": c.req.header("anthropic-version") ?? VERSION,
      ...(beta === undefined ? {} : { "anthropic-beta": beta }),
    },
    translate: (target) => toPassedRequest(body, { target, notices }),
  };

  const headers = () => ({
    ...answerHeaders(target, notices),
    ...arrival.cacheUse.headers(),
  });
  const end = (how: StreamEnd, usage: Usage | null) => {
    linger.end();
    report.end(how, usage);
  };
  if (!request.stream) {
    const message = await passthrough.complete(passed);
    report.begin();
    end({ outcome: "finished" }, message.usage);
    return c.body(message.body, 200, {
      ...headers(),
      "content-type": "application/json",
    });
  }
  const events = passthrough.stream(passed);
  const stream = await openEventStream(linger.extend(events), {
    requestId: c.var.requestId,
    times,
    onBegin: report.begin,
    onEnd: (how) => linger.whenOver(() => end(how, events.usage)),
  });
  c.var.recorder.hold();
  return eventResponse(c, stream, headers());
}
