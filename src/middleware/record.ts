import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { type Observer, RequestRecorder } from "../observe/record.ts";
import type { TraceParent } from "../trace/trace_parent.ts";
import type { RequestEnv } from "./request_id.ts";

/** What {@linkcode record} depends on. */
export interface RecordDeps {
  /** Epoch milliseconds. */
  now: () => number;
  /** Monotonic clock, in milliseconds. */
  clock: () => number;
  observe: Observer;
  /** Reads which trace a request belongs to; `null`: tracing is off. */
  readTraceParent: ((headers: Headers) => TraceParent | null) | null;
}

/** Reports each request's outcome to `observe`, once it has ended. */
export function record(
  { now, clock, observe, readTraceParent }: RecordDeps,
): MiddlewareHandler<RequestEnv> {
  return async function record(c, next) {
    const { requestId } = c.var;
    const { method } = c.req;
    const recorder = new RequestRecorder({
      requestId,
      method,
      now,
      clock,
      traceParent: readTraceParent?.(c.req.raw.headers) ?? null,
      observe,
    });
    c.set("recorder", recorder);
    await next();
    const matched = routePath(c, -1);
    // If no route matched, the last one is a middleware's.
    const route = matched.endsWith("*") ? "none" : matched;
    recorder.answered({ route, status: c.res.status });
  };
}
