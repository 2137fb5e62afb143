import { Hono } from "hono";
import type { ErrorGroup } from "../observe/error_tracker.ts";
import { readTime } from "./read_time.ts";

/** What the route depends on. */
export interface ErrorsDeps {
  /** @param since Epoch milliseconds. */
  readErrors: (since: number) => Promise<ErrorGroup[]>;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * `GET /v1/errors`: the errors clients got, by cause, the latest first; with
 * `?since=` those seen from then on, see {@linkcode readTime}.
 */
export function errorsRoute({ readErrors, now }: ErrorsDeps): Hono {
  return new Hono().get("/v1/errors", async (c) => {
    const groups = await readErrors(
      readTime(c.req.query("since") ?? "0", { name: "since", nowMs: now() }),
    );
    const data = groups.map(({ firstSeen, lastSeen, requestId, ...group }) => ({
      ...group,
      first_seen: new Date(firstSeen).toISOString(),
      last_seen: new Date(lastSeen).toISOString(),
      request_id: requestId,
    }));
    return c.json({ data });
  });
}
