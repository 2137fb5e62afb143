import type { MiddlewareHandler } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import { isLoopback } from "../loopback.ts";

/** What {@linkcode knownHost} allows. */
export interface KnownHostOptions {
  /** Allowed names in `Host` besides this machine's own; `*`: any. */
  hosts: readonly string[];
  /** Allowed origins of web pages, e.g. `https://app.example`; `*`: any. */
  origins: readonly string[];
}

/** IP addresses are safe: DNS rebinding needs a name. */
const IP = /^(\d+(\.\d+){3}|\[[\da-f:.]+\])$/;

/** The name by which containers reach the machine they run on. */
const CONTAINER_HOST = "host.docker.internal";

/**
 * Blocks web pages that a user of this machine happens to visit. A page may
 * make a name of its own resolve to 127.0.0.1 (DNS rebinding, visible in
 * `Host`) or post across origins without a preflight (visible in `Origin`);
 * either way it would spend the owner's money.
 *
 * @throws {ApiError} `permission_error` that says what to set.
 */
export function knownHost(
  { hosts, origins }: KnownHostOptions,
): MiddlewareHandler {
  const isAllowed = (host: string) =>
    hosts.includes("*") || isLoopback(host) || IP.test(host) ||
    host === CONTAINER_HOST || hosts.includes(host);
  return async function knownHost(c, next) {
    const host = nameOf(c.req.header("host") ?? "");
    if (!isAllowed(host)) {
      throw refusal(`Host "${host}" is not allowed: add it to ALLOWED_HOSTS`);
    }
    const origin = c.req.header("origin");
    const isPage = origin !== undefined && !origins.includes("*") &&
      !origins.includes(origin) && nameOf(hostOf(origin)) !== host;
    if (isPage) {
      throw refusal(
        `Web pages of ${origin} are not allowed: set ENABLE_CORS=true and add it to CORS_ALLOW_ORIGINS`,
      );
    }
    await next();
  };
}

/** A host without its port, in lower case. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}

/** `null`, the origin of a sandboxed page, has no host. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : "";
}

function refusal(message: string): ApiError {
  return new ApiError("permission_error", message, { shouldRetry: false });
}
