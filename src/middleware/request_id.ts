import type { MiddlewareHandler } from "hono";
import type { Logger } from "../log.ts";
import type { RequestRecorder } from "../observe/record.ts";

/** What middleware provides to the routes. */
export interface RequestEnv {
  Variables: {
    /** `req_…`, unique; in the `request-id` header and every error. */
    requestId: string;
    /** Hash of the client's key; `null` if none is required. */
    tenant: string | null;
    /** The log, with the request id in every entry. */
    log: Logger;
    /** Records the request's outcome. */
    recorder: RequestRecorder;
  };
}

/** Gives every request an id and every answer the header that contains it. */
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
