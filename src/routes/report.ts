import type { MessagesRequest } from "../anthropic/request.ts";
import { messageCost } from "../cost/message_cost.ts";
import type { CacheUse } from "../cache/cache_use.ts";
import type { StreamEnd } from "../stream/event_stream.ts";
import type { Logger } from "../log.ts";
import type { LogBody } from "../observe/body_log.ts";
import type { Target } from "../models/select_target.ts";
import type { RequestRecorder } from "../observe/record.ts";
import { Timeline } from "../observe/timeline.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";
import type { Notices } from "../translate/notices.ts";
import type { UpstreamCall } from "../upstream/send.ts";
import type { CorrectTokens } from "./arrival.ts";
import { pathOf, type Step } from "./target_chain.ts";

/** What is reported on. */
export interface ReportOptions {
  request: MessagesRequest;
  /** The target asked first. */
  target: Target;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  correct: CorrectTokens;
  sessionId: string | undefined;
  notices: Notices;
  log: Logger;
  logBody: LogBody | null;
  recorder: RequestRecorder;
  cacheUse: CacheUse;
}

/** Reports a message's progress: at once to the log, finally to the record. */
export interface Report {
  /** Attempts made at upstreams so far. */
  readonly attempts: number;
  /** Notes when a translation is made. */
  translating: Timeline["translating"];
  /** Listeners for a call to the target. */
  of: (
    target: Target,
  ) => Pick<UpstreamCall, "onAttempt" | "onRetry" | "onLesson">;
  /** Another target is asked. */
  fallback: (step: Step) => void;
  /** The first event, or the whole answer, has arrived. */
  begin: () => void;
  /** @param usage `null`: unknown. */
  end: (end: StreamEnd, usage: CountedUsage | null) => void;
}

/** Creates a {@linkcode Report}. */
export function createReport(
  options: ReportOptions,
): Report {
  const { request, inputTokens, correct, sessionId, notices, log } = options;
  const { logBody, recorder, cacheUse } = options;
  let target = options.target;
  // Fixed now: what other requests teach later is not what the client was told.
  let toldTokens = correct(inputTokens, target);
  const timeline = new Timeline(() => recorder.elapsedMs);
  const { attempts, translations } = timeline;
  let waitedMs = 0;
  let firstEventMs: number | null = null;

  const record = (usage: CountedUsage | null) =>
    recorder.message({
      session: sessionId,
      model: request.model,
      upstream: target.upstream.name,
      upstreamModel: target.model,
      isStream: request.stream ?? false,
      attempts: attempts.length,
      waitedMs: Math.round(waitedMs),
      cache: cacheUse.outcome,
      usage,
      cost: messageCost({
        usage,
        model: request.model,
        upstreamModel: target.model,
        // A client that inherits another's call pays for it.
        attempts: cacheUse.isFree
          ? 0
          : cacheUse.outcome === "miss"
          ? attempts.length || 1
          : attempts.length,
        nowMs: recorder.startedAt,
      }),
      toldTokens: cacheUse.isFree ? null : toldTokens,
      sent: cacheUse.isFree
        ? null
        : { request, target, estimatedTokens: inputTokens },
      notices: notices.list(),
      firstEventMs,
      timeline: { attempts, translations, lookups: cacheUse.lookups },
    });
  record(null); // for a request that is refused

  return {
    get attempts() {
      return attempts.length;
    },
    translating: (translate) => timeline.translating(translate),

    of(target) {
      const name = pathOf(target);
      return {
        onAttempt(attempt) {
          const watch = timeline.attempt(target);
          waitedMs += attempt.waitedMs;
          record(null);
          const { body: text } = attempt;
          logBody?.(log, { what: "upstream request", target: name, text });
          return watch;
        },
        onRetry({ attempt, delayMs, error: { status, message } }) {
          waitedMs += delayMs;
          log.warn("upstream attempt failed", {
            target: name,
            attempt,
            delayMs: Math.round(delayMs),
            status,
            reason: message,
          });
        },
        onLesson({ what }) {
          log.info("learned of the upstream", { target: name, what });
        },
      };
    },

    fallback({ failed, error: { status, message }, next }) {
      target = next;
      toldTokens = correct(inputTokens, target);
      record(null);
      log.warn("upstream failed, asking the next one", {
        target: pathOf(failed),
        next: pathOf(next),
        status,
        reason: message,
      });
    },

    begin() {
      firstEventMs ??= recorder.elapsedMs;
    },

    end(end, usage) {
      record(usage);
      if (end.outcome === "failed") {
        const { type, message, status } = end.error;
        recorder.fail({ type, status, reason: message });
      }
      recorder.end(end.outcome);
    },
  };
}
