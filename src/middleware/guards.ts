/**
 * What every request passes before the routes: guards that only need its
 * headers and its address.
 *
 * @module
 */
import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { CorsSettings, GuardSettings } from "../config/guard_settings.ts";
import { knownHost } from "./known_host.ts";

/** Two years, as browsers' preload lists require. */
const HSTS = "max-age=63072000; includeSubDomains";

/** How long a browser may cache its permissions, in seconds. */
const CORS_MAX_AGE_SECONDS = 600;

/** The guards, outermost first. */
export function guards(settings: GuardSettings): Hono {
  const app = new Hono().use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      frameAncestors: ["'none'"],
      sandbox: [],
    },
    xFrameOptions: "DENY",
    strictTransportSecurity: settings.hsts ? HSTS : false,
  }));
  const { allowedHosts: hosts, cors: pages } = settings;
  app.use(knownHost({ hosts, origins: pages?.origins ?? [] }));
  if (pages) app.use(corsOf(pages));
  return app;
}

function corsOf({ origins, methods, headers }: CorsSettings) {
  return cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: [...methods],
    allowHeaders: [...headers],
    exposeHeaders: ["request-id", "retry-after", "x-should-retry"],
    maxAge: CORS_MAX_AGE_SECONDS,
  });
}
