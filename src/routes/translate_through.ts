import type { Context } from "hono";
import { refuseUnsupported } from "../anthropic/refusals.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
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
import { translateRequest } from "../translate/request.ts";
import { assemble, translateCompletion } from "../translate/response.ts";
import { StreamTranslator } from "../translate/stream.ts";
import type { Call, UpstreamClient } from "../upstream/client.ts";
import { prewarmed } from "../upstream/prewarmed.ts";
import { answerHeaders, eventResponse } from "./answer.ts";
import { abortWith, type Arrival } from "./arrival.ts";

/** What the way through translation needs. */
export interface TranslateThroughDeps {
  upstream: UpstreamClient;
  /** Searches the web; `null`: none is set up. */
  searchEngine: SearchEngine | null;
  readPdf: ReadBase64Pdf;
  newMessageId: () => string;
  newToolUseId: () => string;
  times: EventStreamTimes;
}

/** The way of a request whose upstream speaks Chat Completions, top to bottom. */
export async function translateThrough(
  c: Context<RequestEnv>,
  deps: TranslateThroughDeps,
  arrival: Arrival,
): Promise<Response> {
  const { target, sessionId, notices, report } = arrival;
  const { readPdf, times, newMessageId, newToolUseId } = deps;
  const { signal } = c.req.raw;
  refuseUnsupported(arrival.request);
  const fit = (request: MessagesRequest, { capabilities }: Target) =>
    replacePdfs(request, { capabilities, readPdf, notices });
  const request = await fit(arrival.request, target);
  const inputTokens = estimatePrompt(request);
  const context = toAnswerContext(request, {
    target,
    inputTokens,
    messageId: newMessageId(),
    newToolUseId,
  });

  const toCall = (turn: MessagesRequest): Call => ({
    target,
    inputTokens: turn === request ? inputTokens : estimatePrompt(turn),
    abort: abortWith(signal),
    onRetry: report.retry,
    onLesson: report.lesson,
    translate: async (target, inputTokens) => {
      const fitted = await fit(turn, target);
      const chat = translateRequest(
        fitted,
        { target, inputTokens, sessionId, notices },
      );
      return target.dialect.request?.(chat, fitted) ?? chat;
    },
  });
  const upstream = request.max_tokens === 0
    ? prewarmed(inputTokens)
    : deps.upstream;
  const ask = (turn: MessagesRequest): ModelTurn =>
    createMessageStream({
      source: upstream.stream(toCall(turn)),
      translator: new StreamTranslator(context),
      usageMs: times.usageMs,
    });
  const search = createSearchAnswer(request, {
    ask,
    context,
    notices,
    capabilities: target.capabilities,
    engine: deps.searchEngine,
    abort: abortWith(signal),
  });

  if (!request.stream) {
    const message = search
      ? assemble(await readToEnd(search))
      : translateCompletion(await upstream.complete(toCall(request)), context);
    report.end({ outcome: "finished" }, message.usage);
    return c.json(message, 200, answerHeaders(target, notices));
  }
  const answer = search ?? ask(request);
  const stream = await openEventStream(answer, {
    requestId: c.var.requestId,
    times,
    onEnd: (end) => report.end(end, answer.usage),
  });
  return eventResponse(c, stream, answerHeaders(target, notices));
}
