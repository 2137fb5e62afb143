import type { Context } from "hono";

/**
 * The address a request came from, as `Deno.serve` tells it; `null` where there
 * is none, as on a Unix socket. Headers like `x-forwarded-for` are not asked:
 * whoever sends the request writes them.
 */
export function clientAddress(c: Context): string | null {
  const { remoteAddr } = Object(c.env);
  return typeof remoteAddr?.hostname === "string" ? remoteAddr.hostname : null;
}
