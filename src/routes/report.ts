import { toApiError } from "../anthropic/errors.ts";
import type { Usage } from "../anthropic/message.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
import type { CacheUse } from "../cache/cache_use.ts";
import type { StreamEnd } from "../event_stream.ts";
import type { Logger } from "../log.ts";
import type { Target } from "../models/select_target.ts";
import type { RequestRecorder } from "../observe/record.ts";
import type { Notices } from "../translate/notices.ts";
import type { Call } from "../upstream/client.ts";

/** What is reported on. */
export interface ReportOptions {
  request: MessagesRequest;
  target: Target;
  sessionId: string | undefined;
  notices: Notices;
  log: Logger;
  recorder: RequestRecorder;
  cacheUse: CacheUse;
}

/** Tells of a message on its way: to the log at once, to the record in the end. */
export interface Report {
  retry: Call["onRetry"];
  lesson: Call["onLesson"];
  /** The first event is there, or the whole answer. */
  begin: () => void;
  /** @param usage `null` where the upstream told none. */
  end: (end: StreamEnd, usage: Usage | null) => void;
}

/** Makes a {@linkcode Report}. */
export function createReport(
  { request, target, sessionId, notices, log, recorder, cacheUse }:
    ReportOptions,
): Report {
  const { upstream, model: upstreamModel } = target;
  let attempts = 1;
  let firstEventMs: number | null = null;

  const record = (usage: Usage | null) =>
    recorder.message({
      session: sessionId,
      model: request.model,
      upstream: upstream.name,
      upstreamModel,
      isStream: request.stream ?? false,
      attempts,
      cache: cacheUse.outcome,
      usage,
      notices: notices.list(),
      firstEventMs,
    });
  record(null); // for a request that is refused

  return {
    retry({ attempt, delayMs, error: { status, message } }) {
      attempts = attempt + 1;
      record(null);
      log.warn("upstream attempt failed", {
        attempt,
        delayMs: Math.round(delayMs),
        status,
        reason: message,
      });
    },

    lesson({ what }) {
      const name = `${upstream.name}/${upstreamModel}`;
      log.info("learned of the upstream", { target: name, what });
    },

    begin() {
      firstEventMs ??= recorder.elapsedMs;
    },

    end(end, usage) {
      record(usage);
      if (end.outcome === "failed") {
        const { type, message, status } = toApiError(end.error);
        recorder.fail({ type, status, reason: message });
      }
      recorder.end(end.outcome);
    },
  };
}
