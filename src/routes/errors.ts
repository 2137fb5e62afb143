import { Hono } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import type { ErrorGroup } from "../observe/error_tracker.ts";

/** What the route needs. */
export interface ErrorsDeps {
  /** @param since Epoch milliseconds. */
  readErrors: (since: number) => Promise<ErrorGroup[]>;
}

/**
 * `GET /v1/errors`: the errors clients were told, by cause, the last one first;
 * with `?since=` those seen from that moment on, as an ISO date or epoch
 * milliseconds.
 */
export function errorsRoute({ readErrors }: ErrorsDeps): Hono {
  return new Hono().get("/v1/errors", async (c) => {
    const groups = await readErrors(toTime(c.req.query("since")));
    const data = groups.map(({ firstSeen, lastSeen, requestId, ...group }) => ({
      ...group,
      first_seen: new Date(firstSeen).toISOString(),
      last_seen: new Date(lastSeen).toISOString(),
      request_id: requestId,
    }));
    return c.json({ data });
  });
}

function toTime(text: string | undefined): number {
  if (text === undefined) return 0;
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new ApiError(
    "invalid_request_error",
    `since: expected a date like 2026-11-22T08:00:00Z, got "${
      text.slice(0, 50)
    }"`,
  );
}
