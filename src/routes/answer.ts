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
  // Header values are ASCII; names in notices come from the client.
  const ascii = (text: string) =>
    text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 1_000);
  const notice = ascii(notices.list().join("; "));
  return {
    "x-upstream-model": ascii(model),
    ...(notice ? { "x-ccproxy-notice": notice } : {}),
  };
}
