import { Hono } from "hono";

/** Something that has to be well for requests to be welcome. */
export interface ReadinessCheck {
  /** What is checked, e.g. `shutdown`. */
  name: string;
  /** Why requests should go elsewhere; `null`: all is well. */
  reason: () => string | null;
}

/** What clients, balancers and people ask to see whether somebody is there. */
export function probesRoute(
  { readiness }: { readiness: readonly ReadinessCheck[] },
): Hono {
  return new Hono()
    .get("/", (c) => c.json({ name: "ccproxy", status: "ok" }))
    .get("/api/hello", (c) => c.body(null)) // Claude Code asks HEAD at its start
    .get("/health", (c) => c.json({ status: "ok" }))
    .get("/ready", (c) => {
      const reasons = readiness.flatMap(({ name, reason }) => {
        const why = reason();
        return why === null ? [] : [[name, why]];
      });
      return reasons.length === 0 ? c.json({ status: "ready" }) : c.json(
        { status: "not ready", reasons: Object.fromEntries(reasons) },
        503,
      );
    });
}
