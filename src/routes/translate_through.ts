import type { Context } from "hono";
import type { MessagesRequest } from "../anthropic/request.ts";
import type { EventStreamTimes } from "../event_stream.ts";
import { createFallback } from "../fallback.ts";
import { createMessageStream, type ModelTurn } from "../message_stream.ts";
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
import { createWholeAnswer } from "../whole_answer.ts";
import { abortWith, type Arrival } from "./arrival.ts";
import type { Way } from "./way.ts";

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

/** The way of a request to upstreams that speak Chat Completions, top to bottom. */
export function translateThrough(
  c: Context,
  deps: TranslateThroughDeps,
  { request, inputTokens, sessionId, notices, report }: Arrival,
): Way {
  const { readPdf, times, newToolUseId } = deps;
  const { signal } = c.req.raw;
  const messageId = deps.newMessageId();
  const upstream = request.max_tokens === 0
    ? prewarmed(inputTokens)
    : deps.upstream;

  function toCall(turn: MessagesRequest, target: Target): Call {
    const estimate = turn === request ? inputTokens : estimatePrompt(turn);
    return {
      target,
      inputTokens: estimate,
      sessionId,
      abort: abortWith(signal),
      ...report.of(target),
      translate: async (target, told) => {
        const { capabilities } = target;
        const fitted = await replacePdfs(
          turn,
          { capabilities, readPdf, notices },
        );
        // A PDF's text is far shorter than the pages it was taken for.
        const inputTokens = told === estimate && fitted !== turn
          ? estimatePrompt(fitted)
          : told;
        const chat = translateRequest(
          fitted,
          { target, inputTokens, sessionId, notices },
        );
        return target.dialect.request?.(chat, fitted) ?? chat;
      },
    };
  }

  function toTurn(target: Target, { isStarted = false } = {}): ModelTurn {
    const search = createSearchAnswer(request, {
      ask: (turn) => ask(turn, { isStarted: false }),
      context: { messageId, model: request.model, inputTokens, newToolUseId },
      notices,
      capabilities: target.capabilities,
      engine: deps.searchEngine,
      abort: abortWith(signal),
      isStarted,
    });
    return search ?? ask(request, { isStarted });

    function ask(
      turn: MessagesRequest,
      { isStarted }: { isStarted: boolean },
    ): ModelTurn {
      return createFallback(target, {
        isStarted,
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
    }
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
