import { Hono } from "hono";

/** Whether requests are welcome; both lists are by what is wrong. */
export interface Readiness {
  /** Why they should go elsewhere; empty: they are welcome. */
  reasons: Record<string, string>;
  /** What is wrong, and no reason to go elsewhere. */
  notes: Record<string, string>;
}

/** What clients, balancers and people ask to see whether somebody is there. */
export function probesRoute(
  { readiness }: { readiness: () => Readiness },
): Hono {
  return new Hono()
    .get("/", (c) => c.json({ name: "ccproxy", status: "ok" }))
    .get("/api/hello", (c) => c.body(null)) // Claude Code asks HEAD at its start
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
