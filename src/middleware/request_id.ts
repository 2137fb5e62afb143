import type { MiddlewareHandler } from "hono";
import type { Logger } from "../log.ts";
import type { RequestRecorder } from "../observe/record.ts";

/** What middleware leaves for the routes. */
export interface RequestEnv {
  Variables: {
    /** `req_…`, unique; in the `request-id` header and every error. */
    requestId: string;
    /** Whose key was sent, as a hash; `null` where none is asked for. */
    tenant: string | null;
    /** The log, with the request id in every entry. */
    log: Logger;
    /** What the request comes to. */
    recorder: RequestRecorder;
  };
}

/** Gives every request an id and every answer the header that tells it. */
export function requestId(
  { newId, log }: { newId: () => string; log: Logger },
): MiddlewareHandler<RequestEnv> {
  return async function requestId(c, next) {
    const id = newId();
    c.set("requestId", id);
    c.set("log", log.with({ requestId: id }));
    await next();
    c.res.headers.set("request-id", id);
  };
}
