import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ApiError, toApiError } from "./anthropic/errors.ts";
import type { Logger } from "./log.ts";
import { record, type RecordDeps } from "./middleware/record.ts";
import { adminOnly } from "./middleware/admin_only.ts";
import { clientKey } from "./middleware/client_key.ts";
import { logAnswers } from "./middleware/log_answers.ts";
import type { GuardSettings } from "./config/guard_settings.ts";
import { guards } from "./middleware/guards.ts";
import { rateLimit, type TakeTurn } from "./middleware/rate_limit.ts";
import { type RequestEnv, requestId } from "./middleware/request_id.ts";
import { type CacheDeps, cacheRoute } from "./routes/cache.ts";
import {
  type CountTokensDeps,
  countTokensRoute,
} from "./routes/count_tokens.ts";
import { type ErrorsDeps, errorsRoute } from "./routes/errors.ts";
import { type MessagesDeps, messagesRoute } from "./routes/messages.ts";
import { type MetricsDeps, metricsRoute } from "./routes/metrics.ts";
import { type ModelsDeps, modelsRoute } from "./routes/models.ts";
import { probesRoute, type Readiness } from "./routes/probes.ts";
import { type TelemetryDeps, telemetryRoute } from "./routes/telemetry.ts";
import { type UsageDeps, usageRoute } from "./routes/usage.ts";
import type { Secret } from "./secret.ts";

/** The server's dependencies; created in deps.ts. */
export interface AppDeps
  extends
    MessagesDeps,
    CountTokensDeps,
    ModelsDeps,
    MetricsDeps,
    ErrorsDeps,
    UsageDeps,
    CacheDeps,
    TelemetryDeps,
    RecordDeps {
  log: Logger;
  newRequestId: () => string;
  clientKeys: readonly Secret[];
  /** What `/ready` reports. */
  readiness: () => Readiness;
  guards: GuardSettings;
  /** Counts each address's requests; `null`: no limit. */
  takeTurn: TakeTurn | null;
}

/** The whole HTTP surface. Opens no connection and reads no environment. */
export function createApp(deps: AppDeps): Hono<RequestEnv> {
  const { log, redact, newRequestId: newId } = deps;
  return new Hono<RequestEnv>({ strict: false })
    .use(requestId({ newId, log }))
    .use(record(deps))
    .use("/v1/messages", logAnswers(deps.logBody))
    .route("/", guards(deps.guards))
    .route("/", probesRoute(deps))
    .use("/metrics", adminOnly(deps.clientKeys))
    .route("/", metricsRoute(deps))
    .use("/v1/*", rateLimit(deps.takeTurn))
    .use("/v1/*", clientKey(deps.clientKeys))
    .route("/", messagesRoute(deps))
    .route("/", countTokensRoute(deps))
    .route("/", modelsRoute(deps))
    .route("/", telemetryRoute(deps))
    .use("/v1/cache", adminOnly(deps.clientKeys))
    .route("/", cacheRoute(deps))
    .use("/v1/errors", adminOnly(deps.clientKeys))
    .route("/", errorsRoute(deps))
    .use("/v1/usage", adminOnly(deps.clientKeys))
    .route("/", usageRoute(deps))
    .notFound((c) => answer(c, notFound(c).cleaned(redact)))
    .onError((thrown, c) => answer(c, toApiError(thrown).cleaned(redact)));
}

function notFound(c: Context): ApiError {
  return new ApiError(
    "not_found_error",
    `ccproxy has no ${c.req.method} ${c.req.path}`,
  );
}

/** The one place where errors become responses, if there is a status line. */
function answer(c: Context<RequestEnv>, error: ApiError): Response {
  const { requestId, log, recorder } = c.var;
  const { type, status, message, cause } = error;
  recorder.fail({ type, status, reason: message });
  if (status >= 500 && cause !== undefined) {
    log.error("request failed", { cause: why(cause) });
  }
  return c.json(
    error.toBody(requestId),
    status as ContentfulStatusCode,
    error.headers(),
  );
}

/** Details of an unexpected error, for the log only. */
function why(cause: unknown): string {
  const text = cause instanceof Error ? cause.stack : undefined;
  return text ?? String(cause);
}
