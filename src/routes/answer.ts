import type { Context } from "hono";
import type { Target } from "../models/select_target.ts";
import type { Notices } from "../translate/notices.ts";

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

/** Who answers, and what could not be passed on. */
export function answerHeaders(
  { model }: Target,
  notices: Notices,
): Record<string, string> {
  const notice = toHeader(notices.list().join("; "));
  return {
    "x-upstream-model": toHeader(model),
    ...(notice ? { "x-ccproxy-notice": notice } : {}),
  };
}

/** A header's value: ASCII alone, though names from clients and files are not. */
export function toHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 1_000);
}
