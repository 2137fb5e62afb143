import { savedNanoUsd, toUsd } from "../cost/cost.ts";
import type { LogFields, Logger } from "../log.ts";
import type { MessageRecord, Observer, RequestRecord } from "./record.ts";
import { isRoutine } from "./routine.ts";

/** Writes one line for each request. */
export function requestLog(log: Logger): Observer {
  return (record) => {
    const { status, error, message } = record;
    const what = message ? "message" : "request";
    const fields = toFields(record);
    if ((error?.status ?? status) >= 500) log.error(what, fields);
    else if (isRoutine(record.route)) log.debug(what, fields);
    else log.info(what, fields);
  };
}

function toFields(
  { requestId, method, route, status, outcome, error, durationMs, message }:
    RequestRecord,
): LogFields {
  return {
    requestId,
    route: `${method} ${route}`,
    status,
    outcome,
    error: error?.type,
    reason: error?.reason,
    ...(message ? ofMessage(message) : {}),
    durationMs: Math.round(durationMs),
  };
}

function ofMessage(
  { usage, cost, notices, upstream, upstreamModel, ...message }: MessageRecord,
): LogFields {
  return {
    session: message.session,
    model: message.model,
    target: `${upstream}/${upstreamModel}`,
    stream: message.isStream,
    attempts: message.attempts,
    cache: message.cache,
    waitedMs: message.waitedMs > 0 ? message.waitedMs : undefined,
    inputTokens: usage?.input_tokens,
    cacheReadTokens: usage?.cache_read_input_tokens,
    outputTokens: usage?.output_tokens,
    usage: usage && !usage.isEstimate ? "upstream" : "estimate",
    costUsd: toUsdIfKnown(cost?.paidNanoUsd),
    savedUsd: toUsdIfKnown(cost && savedNanoUsd(cost)),
    notices: notices.length > 0 ? notices : undefined,
    firstEventMs: message.firstEventMs === null
      ? undefined
      : Math.round(message.firstEventMs),
  };
}

function toUsdIfKnown(nanoUsd: number | null | undefined): number | undefined {
  return typeof nanoUsd === "number" ? toUsd(nanoUsd) : undefined;
}
