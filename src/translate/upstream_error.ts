import { ApiError, type ApiErrorOptions } from "../anthropic/errors.ts";
import type { Limits } from "../openai/capabilities.ts";
import type { UpstreamFailure } from "../openai/errors.ts";
import { type Overflow, toOverflow } from "./context_overflow.ts";

/** Context for translating an upstream's refusal. */
export interface FailureContext {
  /** HTTP status; for a failure inside a stream, the one it names, or 502. */
  status: number;
  /** The upstream's name, for messages. */
  upstream: string;
  model: string;
  limits: Partial<Limits> | undefined;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  retryAfterSeconds?: number | undefined;
  upstreamRequestId?: string | undefined;
}

const NO_MONEY = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "billing_hard_limit_reached",
  "exceeded_current_quota_error", // Moonshot, a 403 or 429
  "Arrearage", // DashScope, a 400
]);
/** … in words: Zhipu's 429, xAI's 403 and 429. */
const NO_MONEY_SAID =
  /insufficient balance|余额不足|used all available credits|doesn't have any credits/i;
/** DashScope also calls its tokens per minute a quota. */
const PER_MINUTE = /error-code#token-limit/;
/** A quota of hours or days, or of zero: waiting a minute does not help. */
const USED_UP = /\busage limit\b|\bquota exceeded\b.*\blimit: 0\b/is;
const OVERLOADED = new Set([
  "server_is_overloaded",
  "service_unavailable_error",
  "overloaded_error",
  "engine_overloaded_error", // Moonshot, a 429
  "slow_down",
]);
/**
 * `content_policy_violation`, `bio_policy`, Azure's `ResponsibleAIPolicyViolation`,
 * OpenAI's `invalid_prompt`, DashScope's `data_inspection_failed`, …
 */
const POLICY =
  /policy|^content_filter$|^invalid_prompt$|data_?inspection_?failed/i;
const NO_MODEL = new Set([
  "model_not_found",
  "model_not_available",
  "DeploymentNotFound", // Azure
]);

/**
 * Translates an upstream's refusal to an error its client can act on.
 *
 * The client cannot fix our key or our account: such errors say
 * `x-should-retry: false`, otherwise Claude Code retries for minutes.
 *
 * @see {@link https://platform.claude.com/docs/en/api/errors}
 */
export function translateFailure(
  failure: UpstreamFailure,
  context: FailureContext,
): ApiError {
  const { status, upstream, model } = context;
  const hasCode = (set: ReadonlySet<string>) =>
    failure.codes.some((code) => set.has(code));
  const said = `upstream ${upstream} answered ${status}: ${failure.message}`;
  const options = toOptions(context);
  const final = { ...options, shouldRetry: false };

  if (status === 402 || isNoMoney(failure, status)) {
    return new ApiError(
      "billing_error",
      `Your credit balance is too low at upstream ${upstream}: ${failure.message}`,
      final,
    );
  }
  if (status !== 401 && status !== 403) {
    const overflow = toOverflow(failure.text, context.inputTokens);
    if (overflow) return toOverflowError(failure, overflow, context);
  }
  if (hasCode(NO_MODEL) || (status < 429 && isNoModel(failure))) {
    return new ApiError("not_found_error", `model: ${model}`, options);
  }
  if (status === 401 || isKeyRefused(failure)) {
    return new ApiError(
      "authentication_error",
      `upstream authentication failed for ${upstream}: ${failure.message}`,
      final,
    );
  }
  if (failure.codes.some((code) => POLICY.test(code))) {
    return new ApiError("invalid_request_error", said, final);
  }
  if (hasCode(OVERLOADED) || status === 529 || isOverload(failure, status)) {
    return new ApiError("overloaded_error", said, options);
  }
  switch (status) {
    case 403:
      return new ApiError("permission_error", said, final);
    case 404:
      return new ApiError("not_found_error", said, options);
    case 408:
      return new ApiError("timeout_error", said, { ...options, status });
    case 409:
      return new ApiError("conflict_error", said, options);
    case 413:
      return new ApiError("request_too_large", said, options);
    case 429:
      return new ApiError(
        "rate_limit_error",
        said,
        USED_UP.test(failure.message) ? final : options,
      );
    case 504:
    case 524:
      return new ApiError("timeout_error", said, options);
  }
  if (status >= 400 && status < 500) {
    return new ApiError("invalid_request_error", said, options);
  }
  return new ApiError("api_error", said, {
    ...options,
    status: status === 500 || status === 503 ? status : 502,
  });
}

function toOptions(context: FailureContext): ApiErrorOptions {
  const { retryAfterSeconds, upstreamRequestId } = context;
  return {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
  };
}

/**
 * The wording that makes Claude Code compact the conversation or, if the prompt
 * itself fits, request a shorter answer.
 */
function toOverflowError(
  { message }: UpstreamFailure,
  { input, output, limit }: Overflow,
  { limits, inputTokens, upstreamRequestId }: FailureContext,
): ApiError {
  const maximum = limit ?? limits?.contextTokens;
  const options = {
    ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
    overflow: { contextTokens: maximum },
  };
  const error = (text: string) =>
    new ApiError("invalid_request_error", text, options);
  if (maximum === undefined) return error(`prompt is too long: ${message}`);
  if (input !== undefined && input < maximum) {
    const asked = output ?? maximum - input + 1; // at least
    return error(
      `input length and \`max_tokens\` exceed context limit: ${input} + ${asked} > ${maximum}, decrease input length or \`max_tokens\` and try again`,
    );
  }
  // An estimate may be below the window the upstream says is exceeded.
  const tokens = input ?? Math.max(inputTokens, maximum + 1);
  return error(`prompt is too long: ${tokens} tokens > ${maximum} maximum`);
}

function isNoMoney(
  { codes, message }: UpstreamFailure,
  status: number,
): boolean {
  if (codes.some((code) => NO_MONEY.has(code))) {
    return !PER_MINUTE.test(message);
  }
  return status >= 400 && status < 500 && NO_MONEY_SAID.test(message);
}

/**
 * Claude Code retries an overload twice, any other 5xx ten times. So an
 * upstream restarting or loading its model must not be called overloaded.
 */
function isOverload({ message }: UpstreamFailure, status: number): boolean {
  if (status === 503) return /overload|busy|capacity|slow down/i.test(message);
  return status >= 500 && /\boverloaded\b/i.test(message);
}

function isNoModel({ message }: UpstreamFailure): boolean {
  return /\bmodel(?:s|Code)?\b.{0,200}(does not exist|not found|is not a valid model)/is
    .test(message);
}

/** xAI and Gemini answer a wrong key with 400. */
function isKeyRefused({ message }: UpstreamFailure): boolean {
  return /^(?:incorrect api key|api key not valid)/i.test(message);
}
