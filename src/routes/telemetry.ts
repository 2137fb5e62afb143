import { Hono } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import type { RequestEnv } from "../middleware/request_id.ts";
import { type Forwarders, SIGNALS } from "../telemetry/signal.ts";
import { readBytes } from "./read_bytes.ts";

/** What the route needs. */
export interface TelemetryDeps {
  /** Hand telemetry of clients on, where it has somewhere to go. */
  forwarders: Forwarders;
}

/** Far more than a client gathers in a minute; its packed size. */
const LIMITS = { maxBytes: 4 * 1024 * 1024, maxMs: 30_000 };

/** An empty Export…ServiceResponse by content type: all was taken. */
const TAKEN: Readonly<Record<string, string>> = {
  "application/json": "{}",
  "application/x-protobuf": "",
};

/**
 * `POST /v1/traces`, `/v1/metrics` and `/v1/logs`: what Claude Code and others
 * tell of themselves by OTLP/HTTP. It goes on to the collector unread, or
 * nowhere; a client has no use for an error either way.
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
