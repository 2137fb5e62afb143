import type { Context } from "hono";
import type { MessagesRequest } from "../anthropic/request.ts";
import { type EventStreamTimes, openEventStream } from "../event_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Notices } from "../translate/notices.ts";
import { toPassedRequest } from "../translate/passthrough_request.ts";
import type { PassedCall, PassthroughClient } from "../upstream/passthrough.ts";
import type { UpstreamCall } from "../upstream/send.ts";
import { answerHeaders, eventResponse } from "./answer.ts";
import type { Report } from "./report.ts";

/** A request that is to be passed through. */
export interface PassThroughOptions {
  passthrough: PassthroughClient;
  times: EventStreamTimes;
  /** The body as it came, and what has been read of it. */
  body: unknown;
  request: MessagesRequest;
  call: UpstreamCall;
  notices: Notices;
  report: Report;
}

/** The Messages API's oldest version that is still asked for. */
const VERSION = "2023-06-01";

/** The rest of a request's way where the upstream speaks the Messages API itself. */
export async function passThrough(
  c: Context<RequestEnv>,
  { passthrough, times, body, request, call, notices, report }:
    PassThroughOptions,
): Promise<Response> {
  const { target } = call;
  const beta = c.req.header("anthropic-beta");
  const passed: PassedCall = {
    ...call,
    model: request.model,
    headers: {
      "anthropic-version": c.req.header("anthropic-version") ?? VERSION,
      ...(beta === undefined ? {} : { "anthropic-beta": beta }),
    },
    translate: (target) => toPassedRequest(body, { target, notices }),
  };

  if (!request.stream) {
    const message = await passthrough.complete(passed);
    report.end({ outcome: "finished" }, message.usage);
    return c.body(message.body, 200, {
      ...answerHeaders(target, notices),
      "content-type": "application/json",
    });
  }
  const events = passthrough.stream(passed);
  const stream = await openEventStream(events, {
    requestId: c.var.requestId,
    times,
    onEnd: (end) => report.end(end, events.usage),
  });
  return eventResponse(c, stream, answerHeaders(target, notices));
}
