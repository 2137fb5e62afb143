import { Hono } from "hono";
import { refuseHeldState, refuseUnsupported } from "../anthropic/refusals.ts";
import {
  type MessagesRequest,
  parseMessagesRequest,
} from "../anthropic/request.ts";
import { type EventStreamTimes, openEventStream } from "../event_stream.ts";
import { createMessageStream, type ModelTurn } from "../message_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import type { ReadBase64Pdf } from "../pdf/cache.ts";
import { replacePdfs } from "../pdf/documents.ts";
import { createSearchAnswer, readToEnd } from "../search/answer.ts";
import type { SearchEngine } from "../search/engine.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toAnswerContext } from "../translate/answer_context.ts";
import { Notices } from "../translate/notices.ts";
import { translateRequest } from "../translate/request.ts";
import { assemble, translateCompletion } from "../translate/response.ts";
import { StreamTranslator } from "../translate/stream.ts";
import type { Call, UpstreamClient } from "../upstream/client.ts";
import type { PassthroughClient } from "../upstream/passthrough.ts";
import { prewarmed } from "../upstream/prewarmed.ts";
import type { UpstreamCall } from "../upstream/send.ts";
import { answerHeaders, eventResponse } from "./answer.ts";
import { passThrough } from "./pass_through.ts";
import { readJson } from "./read_json.ts";
import { createReport } from "./report.ts";

/** What the route needs; made in main.ts, faked in tests. */
export interface MessagesDeps {
  upstream: UpstreamClient;
  /** Asks upstreams that speak the Messages API themselves. */
  passthrough: PassthroughClient;
  /** Searches the web; `null`: none is set up. */
  searchEngine: SearchEngine | null;
  /** Where requests for a client's model name go. */
  selectTarget: (model: string) => Target;
  readPdf: ReadBase64Pdf;
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
    const body = await readJson(c.req.raw);
    const sent = parseMessagesRequest(body);
    const target = deps.selectTarget(sent.model);
    const isPassed = target.upstream.api === "anthropic";
    if (isPassed) refuseHeldState(sent);
    else refuseUnsupported(sent);
    const notices = new Notices();
    const { readPdf } = deps;
    const fit = (turn: MessagesRequest, { capabilities }: Target) =>
      replacePdfs(turn, { capabilities, readPdf, notices });
    const request = isPassed ? sent : await fit(sent, target);
    const inputTokens = estimatePrompt(request);
    const sessionId = c.req.header("x-claude-code-session-id");
    const report = createReport({
      request,
      target,
      sessionId,
      notices,
      log,
      now,
      startedAt,
    });
    const asked: UpstreamCall = {
      target,
      inputTokens,
      abort: abortWith(c.req.raw.signal),
      onRetry: report.retry,
      onLesson: report.lesson,
    };
    if (isPassed) {
      const { passthrough, times } = deps;
      const given = { body, request, call: asked, notices, report };
      return await passThrough(c, { passthrough, times, ...given });
    }
    const toCall = (turn: MessagesRequest): Call => ({
      ...asked,
      inputTokens: turn === request ? inputTokens : estimatePrompt(turn),
      abort: abortWith(c.req.raw.signal),
      translate: async (target, inputTokens) => {
        const context = { target, inputTokens, sessionId, notices };
        const fitted = await fit(turn, target);
        const chat = translateRequest(fitted, context);
        return target.dialect.request?.(chat, fitted) ?? chat;
      },
    });
    const context = toAnswerContext(request, {
      target,
      inputTokens,
      messageId: deps.newMessageId(),
      newToolUseId: deps.newToolUseId,
    });
    const upstream = request.max_tokens === 0
      ? prewarmed(inputTokens)
      : deps.upstream;
    const ask = (turn: MessagesRequest): ModelTurn =>
      createMessageStream({
        source: upstream.stream(toCall(turn)),
        translator: new StreamTranslator(context),
        usageMs: deps.times.usageMs,
      });
    const search = createSearchAnswer(request, {
      ask,
      context,
      notices,
      capabilities: target.capabilities,
      engine: deps.searchEngine,
      abort: abortWith(c.req.raw.signal),
    });

    if (!request.stream) {
      const message = search
        ? assemble(await readToEnd(search))
        : translateCompletion(
          await upstream.complete(toCall(request)),
          context,
        );
      report.end({ outcome: "finished" }, message.usage);
      return c.json(message, 200, answerHeaders(target, notices));
    }
    const answer = search ?? ask(request);
    const stream = await openEventStream(answer, {
      requestId,
      times: deps.times,
      onEnd: (end) => report.end(end, answer.usage),
    });
    return eventResponse(c, stream, answerHeaders(target, notices));
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
