/**
 * Sends a request to an upstream, whichever API it speaks: a few attempts, then
 * an answer whose body is still to be read, or the error the client is told.
 *
 * @module
 */
import { type ApiError, toApiError } from "../anthropic/errors.ts";
import type { Caching } from "../cache/caching.ts";
import type { ResponseCache } from "../cache/response_cache.ts";
import type { Lesson } from "../models/lesson.ts";
import type { Lessons } from "../models/lessons.ts";
import type { Target } from "../models/select_target.ts";
import type { Secret } from "../secret.ts";
import type { Answer } from "./answer.ts";
import { createAnswerReader } from "./answer_reader.ts";
import { attempt, type Refusal, type UpstreamRequest } from "./attempt.ts";
import { Patience } from "./patience.ts";
import { retryDelay, type RetryPolicy } from "./retry.ts";

/** The outside world, as calls use it. */
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
  cache: ResponseCache;
}

/** One request to an upstream, whichever API it speaks. */
export interface UpstreamCall {
  target: Target;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** Ends the call; aborting it is what closes the upstream's connection. */
  abort: AbortController;
  /** Whether another's answer, or a kept one, will do. */
  caching: Caching;
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

/** What the loop has to know of an API. */
export interface Api<C extends UpstreamCall> {
  /**
   * Asked for again when a refusal has taught something.
   *
   * @param key `null`: the upstream needs none.
   */
  toRequest(
    call: C,
    key: Secret | null,
  ): UpstreamRequest | Promise<UpstreamRequest>;
  /** The call as it has to be after a refusal; `null` if that would not help. */
  learn(refusal: Refusal, call: C): C | null;
  toError(refusal: Refusal, call: C): ApiError;
}

/** How often a call is sent again because of what a refusal has taught. */
const MAX_LESSONS = 4;

/**
 * Sends calls of one API. Retries end where the answer begins.
 *
 * @throws {ApiError} when the upstream cannot be reached or refuses.
 */
export type Send<C extends UpstreamCall> = (call: C) => Promise<Answer>;

/** Makes a {@linkcode Send}. */
export function createSender<C extends UpstreamCall>(
  deps: UpstreamDeps,
  api: Api<C>,
): Send<C> {
  const { fetch, idleTimeoutMs } = deps;

  async function send(first: C): Promise<Answer> {
    let call = first;
    let lessons = 0;
    const patience = new Patience({
      upstream: call.target.upstream.name,
      abort: call.abort,
      idleTimeoutMs,
    });
    for (let number = 1;; number++) {
      const request = await withDialectHeaders(call);
      let error: ApiError;
      try {
        const { response, refusal } = await attempt(request, {
          fetch,
          patience,
        });
        if (response) {
          const reader = createAnswerReader(response.body, patience);
          return { headers: response.headers, reader };
        }
        const better = lessons < MAX_LESSONS &&
          api.learn(refusal, call);
        if (better) {
          call = better;
          lessons++;
          number--; // not a failure: the question was wrong
          continue;
        }
        error = api.toError(refusal, call);
      } catch (thrown) {
        error = toApiError(thrown);
      }
      const delayMs = toDelay(call, { attempt: number, error });
      if (delayMs === null) throw error;
      try {
        await deps.sleep(delayMs, call.abort.signal);
      } catch (thrown) {
        throw patience.explain(thrown);
      }
    }
  }

  /** The wait before the next attempt, told of; `null` if none is worth it. */
  function toDelay(
    call: C,
    { attempt, error }: { attempt: number; error: ApiError },
  ): number | null {
    const jitter = deps.random();
    const delayMs = retryDelay(error, { attempt, jitter, policy: deps.retry });
    if (delayMs !== null) call.onRetry({ attempt, delayMs, error });
    return delayMs;
  }

  async function withDialectHeaders(call: C): Promise<UpstreamRequest> {
    const [key = null] = call.target.upstream.keys;
    const request = await api.toRequest(call, key);
    const headers = { ...request.headers, ...call.target.dialect.headers };
    return { ...request, headers };
  }

  return send;
}
