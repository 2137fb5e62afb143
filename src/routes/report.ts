import { toApiError } from "../anthropic/errors.ts";
import type { Usage } from "../anthropic/message.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
import type { CacheUse } from "../cache/cache_use.ts";
import type { StreamEnd } from "../event_stream.ts";
import type { Logger } from "../log.ts";
import type { Target } from "../models/select_target.ts";
import type { Notices } from "../translate/notices.ts";
import type { Call } from "../upstream/client.ts";

/** What is reported on. */
export interface ReportOptions {
  request: MessagesRequest;
  target: Target;
  sessionId: string | undefined;
  notices: Notices;
  log: Logger;
  /** Epoch milliseconds. */
  now: () => number;
  startedAt: number;
  cacheUse: CacheUse;
}

/** Tells the log of one request: what went wrong on its way, and how it ended. */
export interface Report {
  retry: Call["onRetry"];
  lesson: Call["onLesson"];
  /** @param usage `null` where the upstream told none. */
  end: (end: StreamEnd, usage: Usage | null) => void;
}

/** Makes a {@linkcode Report}. */
export function createReport(
  { request, target, sessionId, notices, log, now, startedAt, cacheUse }:
    ReportOptions,
): Report {
  const name = `${target.upstream.name}/${target.model}`;
  let attempts = 1;
  return {
    retry({ attempt, delayMs, error: { status, message } }) {
      attempts = attempt + 1;
      log.warn("upstream attempt failed", {
        attempt,
        delayMs: Math.round(delayMs),
        status,
        reason: message,
      });
    },

    lesson({ what }) {
      log.info("learned of the upstream", { target: name, what });
    },

    end(end, usage) {
      const lost = notices.list();
      log.info("message", {
        ...describe(end),
        session: sessionId,
        model: request.model,
        target: name,
        stream: request.stream ?? false,
        attempts,
        inputTokens: usage?.input_tokens,
        cacheReadTokens: usage?.cache_read_input_tokens,
        outputTokens: usage?.output_tokens,
        cache: cacheUse.outcome,
        usage: usage ? "upstream" : "estimate",
        notices: lost.length > 0 ? lost : undefined,
        durationMs: now() - startedAt,
      });
    },
  };
}

function describe(end: StreamEnd) {
  if (end.outcome !== "failed") return end;
  const { type, message } = toApiError(end.error);
  return { outcome: end.outcome, error: type, reason: message };
}
