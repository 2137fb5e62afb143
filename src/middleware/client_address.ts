import type { Context } from "hono";

/**
 * The address a request came from, according to `Deno.serve`; `null` if there
 * is none, as on a Unix socket. Headers like `x-forwarded-for` are ignored: the
 * sender of the request controls them.
 */
export function clientAddress(c: Context): string | null {
  const { remoteAddr } = Object(c.env);
  return typeof remoteAddr?.hostname === "string" ? remoteAddr.hostname : null;
}
