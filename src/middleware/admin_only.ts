import type { MiddlewareHandler } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import { isLoopback } from "../loopback.ts";
import type { Secret } from "../secret.ts";
import { clientAddress } from "./client_address.ts";
import { clientKey } from "./client_key.ts";

/**
 * Admits those who may see what others did: clients with one of `keys` or, if
 * there are none, this machine.
 *
 * @throws {ApiError} `authentication_error` or `permission_error`.
 */
export function adminOnly(keys: readonly Secret[]): MiddlewareHandler {
  if (keys.length > 0) return clientKey(keys);
  return async function adminOnly(c, next) {
    if (!isLoopback(clientAddress(c) ?? "")) {
      throw new ApiError(
        "permission_error",
        "Only this machine may ask for that, unless CCPROXY_API_KEY is set",
        { shouldRetry: false },
      );
    }
    await next();
  };
}
