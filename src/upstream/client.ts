/**
 * Calls upstreams: one request, a few attempts, then an answer whose body is
 * still to be read, or the error the client is told.
 *
 * @module
 */
import { ApiError, toApiError } from "../anthropic/errors.ts";
import { type Lesson, toLesson } from "../models/lesson.ts";
import { type Lessons, withLesson } from "../models/lessons.ts";
import type { Target } from "../models/select_target.ts";
import { ChatCompletion, type ChatRequest } from "../openai/chat.ts";
import {
  parseFailure,
  readFailure,
  type UpstreamFailure,
} from "../openai/errors.ts";
import { redact } from "../secret.ts";
import { type Overflow, toOverflow } from "../translate/context_overflow.ts";
import { toRetryAfter } from "../translate/retry_after.ts";
import { translateFailure } from "../translate/upstream_error.ts";
import {
  attempt,
  type AttemptContext,
  guarded,
  type Refusal,
} from "./attempt.ts";
import { type ChunkSource, createChunkSource } from "./chunk_source.ts";
import { toConnectionError } from "./connection_error.ts";
import { retryDelay, type RetryPolicy } from "./retry.ts";

/** The outside world, as the client uses it. */
export interface UpstreamDeps {
  fetch: typeof fetch;
  /** Waits; rejects as soon as the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  /** Epoch milliseconds. */
  now: () => number;
  retry: RetryPolicy;
  /** How long an upstream may send nothing, in milliseconds. */
  idleTimeoutMs: number;
  lessons: Pick<Lessons, "remember">;
}

/** One request to an upstream. */
export interface Call {
  target: Target;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /**
   * The request for a target. Asked for again when a refusal has taught
   * something about the target, or the prompt's true length.
   */
  translate: (target: Target, inputTokens: number) => ChatRequest;
  /** Ends the call; aborting it is what closes the upstream's connection. */
  abort: AbortController;
  /** Told of every failed attempt that another one follows. */
  onRetry: (retry: Retry) => void;
  /** Told of what a refusal has taught. */
  onLesson: (lesson: Lesson) => void;
}

/** A failed attempt, numbered from 1, and the wait before the next. */
export interface Retry {
  attempt: number;
  delayMs: number;
  error: ApiError;
}

/** Sends chat completions. */
export interface UpstreamClient {
  /** @throws {ApiError} when the upstream cannot be reached or refuses. */
  complete(call: Call): Promise<ChatCompletion>;
  /** The call is made by the first read; it fails like `complete`. */
  stream(call: Call): ChunkSource;
}

/** How often a call is sent again because of what a refusal has taught. */
const MAX_LESSONS = 4;

/** Makes an {@linkcode UpstreamClient}. Retries end where the answer begins. */
export function createUpstreamClient(deps: UpstreamDeps): UpstreamClient {
  const contextOf = ({ target, abort }: Call): AttemptContext => ({
    target,
    abort,
    idleTimeoutMs: deps.idleTimeoutMs,
  });

  /** Resolves as soon as an upstream has accepted the request. */
  async function open(first: Call): Promise<Response> {
    let call = first;
    let lessons = 0;
    for (let number = 1;; number++) {
      const chat = call.translate(call.target, call.inputTokens);
      let error: ApiError;
      try {
        const { fetch } = deps;
        const outcome = await attempt(chat, { ...contextOf(call), fetch });
        if (outcome.response) return outcome.response;
        const better = lessons < MAX_LESSONS && learn(outcome.refusal, call);
        if (better) {
          call = better;
          lessons++;
          number--; // not a failure: the question was wrong
          continue;
        }
        error = toError(outcome.refusal, call);
      } catch (thrown) {
        error = toApiError(thrown);
      }
      await beforeNext(call, { attempt: number, error });
    }
  }

  /** Waits, or throws if the failure is not worth another attempt. */
  async function beforeNext(
    call: Call,
    { attempt, error }: { attempt: number; error: ApiError },
  ): Promise<void> {
    const jitter = deps.random();
    const delayMs = retryDelay(error, { attempt, jitter, policy: deps.retry });
    if (delayMs === null) throw error;
    call.onRetry({ attempt, delayMs, error });
    const { abort: { signal }, target: { upstream } } = call;
    try {
      await deps.sleep(delayMs, signal);
    } catch (thrown) {
      throw toConnectionError(thrown, { upstream: upstream.name, signal });
    }
  }

  /** The call as it has to be after a refusal; `null` if that would not help. */
  function learn({ failure, status }: Refusal, call: Call): Call | null {
    if (status === 401 || status === 403 || status === 429) return null;
    const overflow = toOverflow(failure.text);
    if (overflow) return withRoom(overflow, call);
    const lesson = toLesson(failure, call.target.capabilities);
    if (!lesson) return null;
    deps.lessons.remember(call.target, lesson);
    call.onLesson(lesson);
    return { ...call, target: withLesson(call.target, lesson) };
  }

  function toError(
    { status, failure, headers }: Refusal,
    call: Call,
  ): ApiError {
    const { target, inputTokens } = call;
    const key = target.upstream.key?.reveal();
    const hide = (text: string) =>
      redact(key ? text.replaceAll(key, "***") : text);
    const { message, text, codes } = failure;
    return translateFailure(
      { message: hide(message), text: hide(text), codes },
      {
        status,
        upstream: target.upstream.name,
        model: target.model,
        limits: target.limits,
        inputTokens,
        retryAfterSeconds: toRetryAfter(headers, message, deps.now()),
        upstreamRequestId: headers.get("x-request-id") ?? undefined,
      },
    );
  }

  /** A failure reported inside an answer; its own status, if it names one. */
  function toInnerError(
    failure: UpstreamFailure,
    headers: Headers,
    call: Call,
  ) {
    const status = failure.codes.map(Number)
      .find((code) => code >= 400 && code < 600) ?? statusOf(failure);
    return toError({ status, failure, headers }, call);
  }

  return {
    async complete(call) {
      const response = await open(call);
      const text = await guarded(contextOf(call), () => response.text());
      const completion = ChatCompletion.safeParse(parseJson(text));
      if (!completion.success) throw unreadable(call, text);
      if (!completion.data.error) return completion.data;
      const failure = readFailure(completion.data.error);
      throw toInnerError(failure, response.headers, call);
    },

    stream(call) {
      return createChunkSource({
        open: () => open(call),
        guard: (action) => guarded(contextOf(call), action),
        toError: (failure, headers) => toInnerError(failure, headers, call),
        abort: call.abort,
      });
    },
  };
}

/** An answer that has not this much room is not worth asking for, in tokens. */
const MIN_ROOM_TOKENS = 1_024;

/**
 * Asks for a shorter answer where the prompt fits the window and only prompt
 * and answer together do not.
 */
function withRoom(
  { input, limit }: Overflow,
  call: Call,
): Call | null {
  if (input === undefined || limit === undefined) return null;
  if (limit - input < MIN_ROOM_TOKENS || input === call.inputTokens) {
    return null;
  }
  const { limits } = call.target;
  const maxOutputTokens = limits?.maxOutputTokens ?? limit;
  return {
    ...call,
    inputTokens: input,
    target: {
      ...call.target,
      limits: { contextTokens: limit, maxOutputTokens },
    },
  };
}

/** Codes that stand for a status where a stream's failure has no number. */
function statusOf({ codes }: UpstreamFailure): number {
  if (codes.some((code) => /rate_limit/.test(code))) return 429;
  if (codes.includes("invalid_request_error")) return 400;
  return 502;
}

function unreadable({ target }: Call, text: string): ApiError {
  const { message } = parseFailure(text);
  return new ApiError(
    "api_error",
    `Upstream ${target.upstream.name} answered with what is no completion: ${
      message.slice(0, 300)
    }`,
    { status: 502 },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
