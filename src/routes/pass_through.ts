import type { Context } from "hono";
import type { Target } from "../models/select_target.ts";
import { toPassedRequest } from "../translate/passthrough_request.ts";
import type { PassedCall, PassthroughClient } from "../upstream/passthrough.ts";
import { createWholeAnswer } from "../stream/whole_answer.ts";
import { abortWith, type Arrival } from "./arrival.ts";
import type { Way } from "./way.ts";

/** What passing through depends on. */
export interface PassThroughDeps {
  /** Calls upstreams that speak the Messages API themselves. */
  passthrough: PassthroughClient;
}

/** The oldest Messages API version still in use. */
const VERSION = "2023-06-01";

/** How a request reaches upstreams that speak the Messages API themselves. */
export function passThrough(
  c: Context,
  { passthrough }: PassThroughDeps,
  arrival: Arrival,
): Way {
  const { body, request, inputTokens, sessionId, signal, notices, report } =
    arrival;
  const beta = c.req.header("anthropic-beta");
  const toCall = (target: Target, { isStarted = false } = {}): PassedCall => ({
    target,
    inputTokens: arrival.correct(inputTokens, target),
    sessionId,
    abort: abortWith(signal),
    caching: arrival.caching,
    ...report.of(target),
    model: request.model,
    isStarted,
    headers: {
      "anthropic-version": c.req.header("anthropic-version") ?? VERSION,
      ...(beta === undefined ? {} : { "anthropic-beta": beta }),
    },
    translate: report.translating((target: Target) =>
      toPassedRequest(body, { target, notices })
    ),
  });

  return {
    stream: (target, given) => passthrough.stream(toCall(target, given)),
    whole(target) {
      const call = toCall(target);
      return createWholeAnswer({
        read: () => passthrough.complete(call),
        cancel: (reason) => call.abort.abort(reason),
      });
    },
  };
}
