import type { Context } from "hono";
import type { Target } from "../models/select_target.ts";
import type { Arrival } from "./arrival.ts";

/** How many requests an answer, or an error, has cost at the upstreams. */
export const ATTEMPTS = "x-ccproxy-attempts";

/** An answer of server-sent events. */
export function eventResponse(
  c: Context,
  stream: ReadableStream<Uint8Array>,
  headers: Record<string, string>,
): Response {
  return c.body(stream, 200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no", // nginx would hold events back
  });
}

/** Who answered, and what could not be passed on. */
export function answerHeaders(
  { model }: Target,
  { notices, report, cacheUse }: Pick<
    Arrival,
    "notices" | "report" | "cacheUse"
  >,
): Record<string, string> {
  const notice = toHeader(notices.list().join("; "));
  return {
    "x-upstream-model": toHeader(model),
    [ATTEMPTS]: String(report.attempts),
    ...cacheUse.headers(),
    ...(notice ? { "x-ccproxy-notice": notice } : {}),
  };
}

/** A header's value: ASCII alone, though names from clients and files are not. */
export function toHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 1_000);
}
