import { type Context, Hono } from "hono";
import { toApiError } from "../anthropic/errors.ts";
import type { Usage } from "../anthropic/message.ts";
import { refuseUnsupported } from "../anthropic/refusals.ts";
import { parseMessagesRequest } from "../anthropic/request.ts";
import {
  type EventStreamTimes,
  openEventStream,
  type StreamEnd,
} from "../event_stream.ts";
import { createMessageStream } from "../message_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toAnswerContext } from "../translate/answer_context.ts";
import { translateRequest } from "../translate/request.ts";
import { translateCompletion } from "../translate/response.ts";
import { StreamTranslator } from "../translate/stream.ts";
import type { Call, UpstreamClient } from "../upstream/client.ts";
import { prewarmed } from "../upstream/prewarmed.ts";
import { readJson } from "./read_json.ts";

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
    const startedAt = deps.now();
    const { requestId, log } = c.var;
    const request = parseMessagesRequest(await readJson(c.req.raw));
    refuseUnsupported(request);
    const target = deps.selectTarget(request.model);
    const inputTokens = estimatePrompt(request);
    const sessionId = c.req.header("x-claude-code-session-id");
    const { chat, notices } = translateRequest(request, {
      target,
      inputTokens,
      sessionId,
    });
    const body = target.dialect.request?.(chat, request) ?? chat;
    const call: Call = {
      target,
      chat: body,
      inputTokens,
      abort: abortWith(c.req.raw.signal),
      onRetry: ({ attempt, delayMs, error }) =>
        log.warn("upstream attempt failed", {
          attempt,
          delayMs: Math.round(delayMs),
          status: error.status,
          reason: error.message,
        }),
    };
    const upstream = request.max_tokens === 0
      ? prewarmed(inputTokens)
      : deps.upstream;
    const context = toAnswerContext(request, {
      target,
      inputTokens,
      messageId: deps.newMessageId(),
      newToolUseId: deps.newToolUseId,
    });
    const report = (end: StreamEnd, usage: Usage | null) =>
      log.info("message", {
        ...describeEnd(end),
        session: sessionId,
        model: request.model,
        target: `${target.upstream.name}/${target.model}`,
        stream: request.stream ?? false,
        inputTokens: usage?.input_tokens,
        cacheReadTokens: usage?.cache_read_input_tokens,
        outputTokens: usage?.output_tokens,
        usage: usage ? "upstream" : "estimate",
        notices: notices.length > 0 ? notices : undefined,
        durationMs: deps.now() - startedAt,
      });

    c.header("x-upstream-model", target.model);
    if (notices.length > 0) c.header("x-ccproxy-notice", toHeader(notices));
    if (!request.stream) {
      const completion = await upstream.complete(call);
      const message = translateCompletion(completion, context);
      report({ outcome: "finished" }, message.usage);
      return c.json(message);
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
      onEnd: (end) => report(end, translator.usage),
    });
    return eventResponse(c, stream);
  });
}

function eventResponse(
  c: Context,
  stream: ReadableStream<Uint8Array>,
): Response {
  return c.body(stream, 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no", // nginx would hold events back
  });
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

function describeEnd(end: StreamEnd) {
  if (end.outcome !== "failed") return end;
  const { type, message } = toApiError(end.error);
  return { outcome: end.outcome, error: type, reason: message };
}

/** Header values are ASCII; tool types in notices come from the client. */
function toHeader(notices: readonly string[]): string {
  return notices.join("; ").replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 1_000);
}
