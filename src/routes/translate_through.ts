import type { Context } from "hono";
import { refuseUnsupported } from "../anthropic/refusals.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
import { type EventStreamTimes, openEventStream } from "../event_stream.ts";
import { createFallback } from "../fallback.ts";
import { createMessageStream, type ModelTurn } from "../message_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import type { ChatRequest } from "../openai/chat.ts";
import type { ReadBase64Pdf } from "../pdf/cache.ts";
import { replacePdfs } from "../pdf/documents.ts";
import { createSearchAnswer, readToEnd } from "../search/answer.ts";
import type { SearchEngine } from "../search/engine.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toAnswerContext } from "../translate/answer_context.ts";
import { assemble } from "../translate/assemble.ts";
import { type RequestContext, translateRequest } from "../translate/request.ts";
import { translateResponsesRequest } from "../translate/responses_request.ts";
import { ResponsesTranslator } from "../translate/responses_stream.ts";
import { StreamTranslator } from "../translate/stream.ts";
import type { Call, ChatClient, ResponsesClient } from "../upstream/client.ts";
import { prewarmed } from "../upstream/prewarmed.ts";
import { answerHeaders, eventResponse } from "./answer.ts";
import { abortWith, type Arrival } from "./arrival.ts";

/** What the way through translation needs. */
export interface TranslateThroughDeps {
  chat: ChatClient;
  responses: ResponsesClient;
  /** A target with what has been learned of it meanwhile. */
  relearn: (target: Target) => Target;
  /** Searches the web; `null`: none is set up. */
  searchEngine: SearchEngine | null;
  readPdf: ReadBase64Pdf;
  newMessageId: () => string;
  newToolUseId: () => string;
  times: EventStreamTimes;
}

/** Makes the request for a target. */
type Translate<R> = (
  request: MessagesRequest,
  context: RequestContext & { target: Target },
) => R;

/** The way of a request whose upstream speaks an API of OpenAI's, top to bottom. */
export async function translateThrough(
  c: Context<RequestEnv>,
  deps: TranslateThroughDeps,
  arrival: Arrival,
): Promise<Response> {
  const { sessionId, signal, notices, report } = arrival;
  const { readPdf, times, newMessageId, newToolUseId } = deps;
  refuseUnsupported(arrival.request);
  const fit = (request: MessagesRequest, { capabilities }: Target) =>
    replacePdfs(request, { capabilities, readPdf, notices });
  const request = await fit(arrival.request, arrival.target);
  const inputTokens = estimatePrompt(request);
  const messageId = newMessageId();
  const isPrewarmed = request.max_tokens === 0;
  const chat = isPrewarmed ? prewarmed(inputTokens) : deps.chat;

  const toCall = <R extends { stream: boolean }>(
    turn: MessagesRequest,
    { target, translate }: { target: Target; translate: Translate<R> },
  ): Call<R> => ({
    target,
    inputTokens: turn === request ? inputTokens : estimatePrompt(turn),
    sessionId,
    abort: abortWith(signal),
    onAttempt: report.attempt,
    onRetry: report.retry,
    onLesson: report.lesson,
    translate: async (target, inputTokens) =>
      translate(
        await fit(turn, target),
        { target, inputTokens, sessionId, notices },
      ),
  });
  const askTarget = (
    turn: MessagesRequest,
    { target, isStarted }: { target: Target; isStarted: boolean },
  ): ModelTurn => {
    const { usageMs } = times;
    const given = { target, isStarted, inputTokens, messageId, newToolUseId };
    const context = toAnswerContext(request, given);
    if (target.api === "responses" && !isPrewarmed) {
      const translate = translateResponsesRequest;
      return createMessageStream({
        source: deps.responses.ask(toCall(turn, { target, translate })),
        translator: new ResponsesTranslator(context),
        usageMs,
      });
    }
    const translate = translateChat;
    return createMessageStream({
      source: chat.ask(toCall(turn, { target, translate })),
      translator: new StreamTranslator(context),
      usageMs,
    });
  };
  const ask = (turn: MessagesRequest): ModelTurn =>
    createFallback(deps.relearn(arrival.target), {
      ask: (target, { isStarted }) => askTarget(turn, { target, isStarted }),
      next(_error, failed) {
        const known = deps.relearn(failed);
        return known.api === failed.api ? null : known;
      },
    });
  const answer = createSearchAnswer(request, {
    ask,
    context: { messageId, model: request.model, inputTokens, newToolUseId },
    notices,
    capabilities: arrival.target.capabilities,
    engine: deps.searchEngine,
    abort: abortWith(signal),
  }) ?? ask(request);

  const headers = () => answerHeaders(arrival.target, arrival);
  if (!request.stream) {
    const message = assemble(await readToEnd(answer));
    report.begin();
    report.end({ outcome: "finished" }, answer.usage);
    return c.json(message, 200, headers());
  }
  const stream = await openEventStream(answer, {
    requestId: c.var.requestId,
    times,
    onBegin: report.begin,
    onEnd: (end) => report.end(end, answer.usage),
  });
  c.var.recorder.hold();
  return eventResponse(c, stream, headers());
}

/** A Chat Completions request, in which the dialect has the last word. */
function translateChat(
  request: MessagesRequest,
  context: RequestContext & { target: Target },
): ChatRequest {
  const chat = translateRequest(request, context);
  return context.target.dialect.request?.(chat, request) ?? chat;
}
