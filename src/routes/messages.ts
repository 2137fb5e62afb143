import { type Context, Hono } from "hono";
import { refuseUnsupported } from "../anthropic/refusals.ts";
import { parseMessagesRequest } from "../anthropic/request.ts";
import { type EventStreamTimes, openEventStream } from "../event_stream.ts";
import { createMessageStream } from "../message_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toAnswerContext } from "../translate/answer_context.ts";
import { Notices } from "../translate/notices.ts";
import { translateRequest } from "../translate/request.ts";
import { translateCompletion } from "../translate/response.ts";
import { StreamTranslator } from "../translate/stream.ts";
import type { Call, UpstreamClient } from "../upstream/client.ts";
import { prewarmed } from "../upstream/prewarmed.ts";
import { readJson } from "./read_json.ts";
import { createReport } from "./report.ts";

/** What the route needs; made in main.ts, faked in tests. */
export interface MessagesDeps {
  upstream: UpstreamClient;
  /** Where requests for a client's model name go. */
  selectTarget: (model: string) => Target;
  newMessageId: () => string;
  newToolUseId: () => string;
  /** Epoch milliseconds. */
  now: () => number;
  times: EventStreamTimes;
}

/** `POST /v1/messages`: a request's whole way, top to bottom. */
export function messagesRoute(deps: MessagesDeps): Hono<RequestEnv> {
  return new Hono<RequestEnv>().post("/v1/messages", async (c) => {
    const { requestId, log } = c.var;
    const { now } = deps;
    const startedAt = now();
    const request = parseMessagesRequest(await readJson(c.req.raw));
    refuseUnsupported(request);
    const target = deps.selectTarget(request.model);
    const inputTokens = estimatePrompt(request);
    const sessionId = c.req.header("x-claude-code-session-id");
    const notices = new Notices();
    const report = createReport({
      request,
      target,
      sessionId,
      notices,
      log,
      now,
      startedAt,
    });
    const call: Call = {
      target,
      inputTokens,
      translate: (target, inputTokens) => {
        const context = { target, inputTokens, sessionId, notices };
        const chat = translateRequest(request, context);
        return target.dialect.request?.(chat, request) ?? chat;
      },
      abort: abortWith(c.req.raw.signal),
      onRetry: report.retry,
      onLesson: report.lesson,
    };
    const context = toAnswerContext(request, {
      target,
      inputTokens,
      messageId: deps.newMessageId(),
      newToolUseId: deps.newToolUseId,
    });
    const upstream = request.max_tokens === 0
      ? prewarmed(inputTokens)
      : deps.upstream;

    if (!request.stream) {
      const completion = await upstream.complete(call);
      const message = translateCompletion(completion, context);
      report.end({ outcome: "finished" }, message.usage);
      return c.json(message, 200, answerHeaders(target, notices));
    }
    const translator = new StreamTranslator(context);
    const events = createMessageStream({
      source: upstream.stream(call),
      translator,
      usageMs: deps.times.usageMs,
    });
    const stream = await openEventStream(events, {
      requestId,
      times: deps.times,
      onEnd: (end) => report.end(end, translator.usage),
    });
    return eventResponse(c, stream, answerHeaders(target, notices));
  });
}

function eventResponse(
  c: Context,
  stream: ReadableStream<Uint8Array>,
  headers: Record<string, string>,
): Response {
  return c.body(stream, 200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no", // nginx would hold events back
  });
}

/** Who answered, and what could not be passed on. */
function answerHeaders(
  { model }: Target,
  notices: Notices,
): Record<string, string> {
  // Header values are ASCII; names in notices come from the client.
  const ascii = (text: string) =>
    text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 1_000);
  const notice = ascii(notices.list().join("; "));
  return {
    "x-upstream-model": ascii(model),
    ...(notice ? { "x-ccproxy-notice": notice } : {}),
  };
}

/**
 * A controller that the client's leaving aborts, too. Deno's request signal
 * also aborts after every completed answer; by then there is nothing to end.
 */
function abortWith(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return controller;
}
