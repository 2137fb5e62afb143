import { Hono } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import { type Forwarders, SIGNALS } from "../telemetry/signal.ts";
import { readBytes } from "./read_bytes.ts";

/** What the route depends on. */
export interface TelemetryDeps {
  /** Forward clients' telemetry, if a destination is configured. */
  forwarders: Forwarders;
}

/** Far more than a client collects in a minute; compressed size. */
const LIMITS = { maxBytes: 4 * 1024 * 1024, maxMs: 30_000 };

/** An empty Export…ServiceResponse by content type: everything was accepted. */
const TAKEN: Readonly<Record<string, string>> = {
  "application/json": "{}",
  "application/x-protobuf": "",
};

/**
 * `POST /v1/traces`, `/v1/metrics` and `/v1/logs`: OTLP/HTTP telemetry of
 * Claude Code and other clients. It is forwarded to the collector unread, or
 * dropped; either way an error would not help the client.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otlp/#otlphttp-request}
 */
export function telemetryRoute(
  { forwarders }: TelemetryDeps,
): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  for (const signal of SIGNALS) {
    const forward = forwarders[signal];
    app.post(`/v1/${signal}`, async (c) => {
      const [type = ""] = c.req.header("content-type")?.split(";") ?? [];
      const contentType = type.trim().toLowerCase();
      const answer = TAKEN[contentType];
      if (answer === undefined) {
        const known = Object.keys(TAKEN).join(" or ");
        throw new ApiError(
          "invalid_request_error",
          `Content-Type: expected ${known}, got "${contentType}"`,
          { status: 415 },
        );
      }
      const body = await readBytes(c.req.raw, LIMITS);
      const contentEncoding = c.req.header("content-encoding");
      forward?.({ contentType, contentEncoding, body });
      return c.body(answer, 200, { "content-type": contentType });
    });
  }
  return app;
}
