import type { Context } from "hono";
import { refuseUnsupported } from "../anthropic/refusals.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
import {
  type EventStreamTimes,
  openEventStream,
  type StreamEnd,
} from "../event_stream.ts";
import { createFallback } from "../fallback.ts";
import { createMessageStream, type ModelTurn } from "../message_stream.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import type { Target } from "../models/select_target.ts";
import type { ReadBase64Pdf } from "../pdf/cache.ts";
import { replacePdfs } from "../pdf/documents.ts";
import { createSearchAnswer, readToEnd } from "../search/answer.ts";
import type { SearchEngine } from "../search/engine.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { toAnswerContext } from "../translate/answer_context.ts";
import { assemble } from "../translate/assemble.ts";
import { translateRequest } from "../translate/request.ts";
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
  const { sessionId, notices, report, linger } = arrival;
  const { readPdf, times, newMessageId, newToolUseId } = deps;
  const { signal } = linger;
  refuseUnsupported(arrival.request);
  const fit = (request: MessagesRequest, { capabilities }: Target) =>
    replacePdfs(request, { capabilities, readPdf, notices });
  const request = await fit(arrival.request, arrival.target);
  const inputTokens = estimatePrompt(request);
  const messageId = newMessageId();
  const caching = arrival.caching(inputTokens);
  const upstream = request.max_tokens === 0
    ? prewarmed(inputTokens)
    : deps.upstream;

  const toCall = (turn: MessagesRequest, target: Target): Call => ({
    target,
    inputTokens: turn === request ? inputTokens : estimatePrompt(turn),
    abort: abortWith(signal),
    caching,
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
  const ask = (turn: MessagesRequest): ModelTurn =>
    createFallback(arrival.target, {
      ask: (target, { isStarted }) =>
        createMessageStream({
          source: upstream.ask(toCall(turn, target)),
          translator: new StreamTranslator(
            toAnswerContext(request, {
              target,
              isStarted,
              inputTokens,
              messageId,
              newToolUseId,
            }),
          ),
          usageMs: times.usageMs,
        }),
      next: () => null,
    });
  const answer = createSearchAnswer(request, {
    ask,
    context: { messageId, model: request.model, inputTokens, newToolUseId },
    notices,
    capabilities: arrival.target.capabilities,
    engine: deps.searchEngine,
    abort: abortWith(signal),
  }) ?? ask(request);

  const headers = () => ({
    ...answerHeaders(arrival.target, notices),
    ...arrival.cacheUse.headers(),
  });
  const end = (how: StreamEnd) => {
    linger.end();
    report.end(how, answer.usage);
  };
  if (!request.stream) {
    const message = assemble(await readToEnd(answer));
    report.begin();
    end({ outcome: "finished" });
    return c.json(message, 200, headers());
  }
  const stream = await openEventStream(linger.extend(answer), {
    requestId: c.var.requestId,
    times,
    onBegin: report.begin,
    onEnd: (how) => linger.whenOver(() => end(how)),
  });
  c.var.recorder.hold();
  return eventResponse(c, stream, headers());
}
