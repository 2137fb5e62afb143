import type { MessagesRequest } from "../anthropic/request.ts";
import type { EventStreamTimes } from "../stream/event_stream.ts";
import { createFallback } from "../fallback.ts";
import {
  createMessageStream,
  type ModelTurn,
} from "../stream/message_stream.ts";
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
import { createWholeAnswer } from "../stream/whole_answer.ts";
import { abortWith, type Arrival } from "./arrival.ts";
import type { Way } from "./way.ts";

/** What translating depends on. */
export interface TranslateThroughDeps {
  chat: ChatClient;
  responses: ResponsesClient;
  /** The target, updated with what has been learned about it meanwhile. */
  relearn: (target: Target) => Target;
  /** Searches the web; `null`: none is configured. */
  searchEngine: SearchEngine | null;
  readPdf: ReadBase64Pdf;
  newMessageId: () => string;
  newToolUseId: () => string;
  times: EventStreamTimes;
}

/** Creates the request for a target. */
type Translate<R> = (
  request: MessagesRequest,
  context: RequestContext & { target: Target },
) => R;

/** How one target is asked one question. */
interface Question<R> {
  target: Target;
  translate: Translate<R>;
}

/** How a request reaches upstreams that speak OpenAI's APIs, top to bottom. */
export function translateThrough(
  deps: TranslateThroughDeps,
  arrival: Arrival,
): Way {
  const {
    request,
    inputTokens,
    correct,
    sessionId,
    signal,
    notices,
    report,
    caching,
  } = arrival;
  const { readPdf, newToolUseId, times: { usageMs } } = deps;
  const messageId = deps.newMessageId();
  const isPrewarmed = request.max_tokens === 0;
  const chat = isPrewarmed ? prewarmed(inputTokens) : deps.chat;

  function toCall<R extends { stream: boolean }>(
    turn: MessagesRequest,
    { target, translate }: Question<R>,
  ): Call<R> {
    const estimate = correct(
      turn === request ? inputTokens : estimatePrompt(turn),
      target,
    );
    return {
      target,
      inputTokens: estimate,
      sessionId,
      abort: abortWith(signal),
      caching,
      ...report.of(target),
      translate: report.translating(async (target: Target, told: number) => {
        const { capabilities } = target;
        const fitted = await replacePdfs(
          turn,
          { capabilities, readPdf, notices },
        );
        // A PDF's text is far shorter than the pages it was estimated as.
        const inputTokens = told === estimate && fitted !== turn
          ? correct(estimatePrompt(fitted), target)
          : told;
        return translate(fitted, { target, inputTokens, sessionId, notices });
      }),
    };
  }

  function askTarget(
    turn: MessagesRequest,
    { target, isStarted }: { target: Target; isStarted: boolean },
  ): ModelTurn {
    const context = toAnswerContext(request, {
      target,
      isStarted,
      inputTokens: correct(inputTokens, target),
      messageId,
      newToolUseId,
    });
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
  }

  /** Asks a target, and once more if its refusal named the other API. */
  function ask(
    turn: MessagesRequest,
    { target, isStarted }: { target: Target; isStarted: boolean },
  ): ModelTurn {
    return createFallback(deps.relearn(target), {
      isStarted,
      ask: (target, { isStarted }) => askTarget(turn, { target, isStarted }),
      next(_error, failed) {
        const known = deps.relearn(failed);
        return known.api === failed.api ? null : known;
      },
    });
  }

  function toTurn(target: Target, { isStarted = false } = {}): ModelTurn {
    const search = createSearchAnswer(request, {
      ask: (turn) => ask(turn, { target, isStarted: false }),
      context: {
        messageId,
        model: request.model,
        inputTokens: correct(inputTokens, target),
        newToolUseId,
      },
      notices,
      capabilities: target.capabilities,
      engine: deps.searchEngine,
      abort: abortWith(signal),
      isStarted,
    });
    return search ?? ask(request, { target, isStarted });
  }

  return {
    stream: toTurn,
    whole(target) {
      const turn = toTurn(target);
      return createWholeAnswer({
        read: async () => {
          const message = assemble(await readToEnd(turn));
          return { body: JSON.stringify(message), usage: turn.usage };
        },
        cancel: (reason) => turn.cancel(reason),
      });
    },
  };
}

/** A Chat Completions request, finished by the dialect. */
function translateChat(
  request: MessagesRequest,
  context: RequestContext & { target: Target },
): ChatRequest {
  const chat = translateRequest(request, context);
  return context.target.dialect.request?.(chat, request) ?? chat;
}
