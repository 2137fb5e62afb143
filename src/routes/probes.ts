import { Hono } from "hono";

/** What clients and people ask to see whether somebody is there. */
export function probesRoute(): Hono {
  return new Hono()
    .get("/", (c) => c.json({ name: "ccproxy", status: "ok" }))
    .get("/api/hello", (c) => c.body(null)) // Claude Code asks HEAD at its start
    .get("/health", (c) => c.json({ status: "ok" }));
}
