import type { MiddlewareHandler } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import { clientAddress } from "./client_address.ts";

/** Milliseconds until a client may send a request; 0: now. */
export type TakeTurn = (client: string) => number | Promise<number>;

/**
 * Limits the requests of each address; no limit if `take` is `null`.
 *
 * @throws {ApiError} `rate_limit_error` with the time to wait.
 */
export function rateLimit(take: TakeTurn | null): MiddlewareHandler {
  return async function rateLimit(c, next) {
    const waitMs = await take?.(toClient(clientAddress(c) ?? "")) ?? 0;
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new ApiError(
        "rate_limit_error",
        `Too many requests from this address: try again in ${seconds} s (RATE_LIMIT_PER_MINUTE)`,
        { retryAfterSeconds: seconds },
      );
    }
    await next();
  };
}

/** The owner of one IPv6 address owns 2^64 of them. */
function toClient(address: string): string {
  if (!address.includes(":") || /\.\d+$/.test(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":");
  if (tail !== undefined) {
    const rest = tail.split(":");
    while (groups.length + rest.length < 8) groups.push("0");
    groups.push(...rest);
  }
  return groups.slice(0, 4).join(":");
}
