import { Hono } from "hono";

/** Whether requests are welcome; both records are keyed by the problem. */
export interface Readiness {
  /** Reasons to send requests elsewhere; empty: they are welcome here. */
  reasons: Record<string, string>;
  /** Problems that are no reason to send requests elsewhere. */
  notes: Record<string, string>;
}

/** What clients, load balancers and people request to see if it is up. */
export function probesRoute(
  { readiness }: { readiness: () => Readiness },
): Hono {
  return new Hono()
    .get("/", (c) => c.json({ name: "ccproxy", status: "ok" }))
    .get("/api/hello", (c) => c.body(null)) // Claude Code sends this HEAD at startup
    .get("/health", (c) => c.json({ status: "ok" }))
    .get("/ready", (c) => {
      const { reasons, notes } = readiness();
      const more = isEmpty(notes) ? {} : { notes };
      return isEmpty(reasons)
        ? c.json({ status: "ready", ...more })
        : c.json({ status: "not ready", reasons, ...more }, 503);
    });
}

function isEmpty(record: Record<string, string>): boolean {
  return Object.keys(record).length === 0;
}
