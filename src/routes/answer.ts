import type { Context } from "hono";
import type { Target } from "../models/select_target.ts";
import type { Arrival } from "./arrival.ts";

/** How many upstream requests an answer, or an error, took. */
export const ATTEMPTS = "x-ccproxy-attempts";

/** A response of server-sent events. */
export function eventResponse(
  c: Context,
  stream: ReadableStream<Uint8Array>,
  headers: Record<string, string>,
): Response {
  return c.body(stream, 200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no", // otherwise nginx buffers events
  });
}

/** Says who answered, and what could not be passed on. */
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

/** Makes a header value: ASCII only, unlike names from clients and files. */
export function toHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 1_000);
}
