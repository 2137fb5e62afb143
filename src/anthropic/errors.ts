/**
 * Errors as the Messages API reports them: one class, thrown anywhere, answered
 * in one place per channel (the status line, or the stream's last event).
 *
 * @see {@link https://platform.claude.com/docs/en/api/errors}
 * @module
 */

/** HTTP status of each error type. */
const STATUS = {
  invalid_request_error: 400,
  policy_blocked: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  not_supported: 501,
  timeout_error: 504,
  overloaded_error: 529,
} as const;

/** The `error.type` of a Messages API error. */
export type ErrorType = keyof typeof STATUS;

/** Whether the Messages API has an error type of this name. */
export function isErrorType(type: string): type is ErrorType {
  return Object.hasOwn(STATUS, type);
}

/** The HTTP status an error type usually comes with. */
export function statusOf(type: ErrorType): number {
  return STATUS[type];
}

/** Body of an error response, and data of a stream's `error` event. */
export interface ErrorBody {
  type: "error";
  error: {
    type: ErrorType;
    message: string;
    details?: { error_code: string };
  };
  request_id: string;
}

/** Options for {@linkcode ApiError}. */
export interface ApiErrorOptions extends ErrorOptions {
  /** HTTP status, if it is not the type's default. */
  status?: number | undefined;
  /** `error.details.error_code`, which the SDKs act on. */
  code?: string | undefined;
  /** How long the client should wait before it retries, in seconds. */
  retryAfterSeconds?: number | undefined;
  /**
   * Overrides what the status says about retrying. Claude Code retries a 401
   * for three minutes unless this is `false`.
   */
  shouldRetry?: boolean | undefined;
  /** The upstream's id of the refused request. */
  upstreamRequestId?: string | undefined;
  /** The prompt does not fit the model's context window. */
  overflow?: ContextOverflow | undefined;
}

/** A context window that a prompt does not fit. */
export interface ContextOverflow {
  /** The window in tokens, if known. */
  contextTokens: number | undefined;
}

/** A failure the client is told about. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly type: ErrorType;
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly shouldRetry: boolean | undefined;
  readonly upstreamRequestId: string | undefined;
  readonly overflow: ContextOverflow | undefined;

  constructor(type: ErrorType, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.type = type;
    this.status = options.status ?? STATUS[type];
    this.code = options.code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.shouldRetry = options.shouldRetry;
    this.upstreamRequestId = options.upstreamRequestId;
    this.overflow = options.overflow;
  }

  /** The same error with some fields replaced. */
  with(
    { message = this.message, ...given }: ApiErrorOptions & {
      message?: string;
    },
  ): ApiError {
    const { type, cause } = this;
    return new ApiError(type, message, { ...this, cause, ...given });
  }

  /** The same error, its texts passed through `clean`. */
  cleaned(clean: (text: string) => string): ApiError {
    const { message, upstreamRequestId: id } = this;
    return this.with({
      message: clean(message),
      upstreamRequestId: id === undefined ? undefined : clean(id),
    });
  }

  /** The envelope every client of the Messages API parses. */
  toBody(requestId: string): ErrorBody {
    const { type, message, code } = this;
    const details = code === undefined ? {} : { details: { error_code: code } };
    return {
      type: "error",
      error: { type, message, ...details },
      request_id: requestId,
    };
  }

  /** Headers that tell the client when to retry, if at all. */
  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    if (this.retryAfterSeconds !== undefined) {
      headers["retry-after"] = String(Math.ceil(this.retryAfterSeconds));
    }
    if (this.shouldRetry !== undefined) {
      headers["x-should-retry"] = String(this.shouldRetry);
    }
    if (this.upstreamRequestId !== undefined) {
      headers["x-upstream-request-id"] = this.upstreamRequestId;
    }
    return headers;
  }
}

/** Wraps anything thrown as an {@linkcode ApiError}, hiding what we did not write. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError("api_error", "Internal error in ccproxy", {
    cause: thrown,
  });
}

/** Status of a request whose client has left; nobody receives it. */
const CLIENT_GONE = 499;

/** The client closed its connection; this error only reaches the log. */
export function clientGone(cause?: unknown): ApiError {
  return new ApiError("api_error", "Client closed the request", {
    status: CLIENT_GONE,
    cause,
  });
}

/** Whether a request failed because its client left; no upstream's fault. */
export function isClientGone(thrown: unknown): boolean {
  return thrown instanceof ApiError && thrown.status === CLIENT_GONE;
}

/** What an abort means: the error that is its reason, or a client that left. */
export function abortError({ reason }: AbortSignal, cause?: unknown): ApiError {
  return reason instanceof ApiError ? reason : clientGone(cause);
}
