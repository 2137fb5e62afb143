import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { type Observer, RequestRecorder } from "../observe/record.ts";
import type { RequestEnv } from "./request_id.ts";

/** Tells `observe` what each request came to, once it has ended. */
export function record(
  { now, observe }: { now: () => number; observe: Observer },
): MiddlewareHandler<RequestEnv> {
  return async function record(c, next) {
    const { requestId } = c.var;
    const { method } = c.req;
    const recorder = new RequestRecorder({ requestId, method, now, observe });
    c.set("recorder", recorder);
    await next();
    const matched = routePath(c, -1);
    // Where no route matched, the last one is a middleware's.
    const route = matched.endsWith("*") ? "none" : matched;
    recorder.answered({ route, status: c.res.status });
  };
}
