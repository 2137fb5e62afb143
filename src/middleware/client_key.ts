import type { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import type { RequestEnv } from "./request_id.ts";
import type { Secret } from "../secret.ts";

/**
 * Admits clients that send one of `keys`, as `x-api-key` or as bearer token;
 * everyone if there are none. Older SDKs send the former, newer ones the
 * latter.
 *
 * @throws {ApiError} `authentication_error` that forbids retries: Claude Code
 * would go on for three minutes.
 */
export function clientKey(
  keys: readonly Secret[],
): MiddlewareHandler<RequestEnv> {
  const digests = keys.map((key) => digest(key.reveal()));
  return async function clientKey(c, next) {
    const bearer = c.req.header("authorization")?.replace(/^bearer\s+/i, "");
    const sent = digest(c.req.header("x-api-key") ?? bearer ?? "");
    const isKnown = digests
      .map((known) => timingSafeEqual(known, sent))
      .includes(true);
    if (digests.length > 0 && !isKnown) {
      throw new ApiError("authentication_error", "invalid x-api-key", {
        shouldRetry: false,
      });
    }
    c.set("tenant", digests.length > 0 ? sent.toString("hex") : null);
    await next();
  };
}

/** All of the same length, so that comparing reveals only equality. */
function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
