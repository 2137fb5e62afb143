/**
 * Sends a request to an upstream, whichever API it speaks: makes some attempts,
 * then returns an answer whose body is still to be read, or throws the error
 * the client is told.
 *
 * @module
 */
import { type ApiError, toApiError } from "../anthropic/errors.ts";
import type { Caching } from "../cache/caching.ts";
import type { ResponseCache } from "../cache/response_cache.ts";
import type { Lesson } from "../models/lesson.ts";
import type { Lessons } from "../models/lessons.ts";
import type { AttemptWatch } from "../observe/timeline.ts";
import type { Secret } from "../secret.ts";
import type { Received } from "../transport/receive.ts";
import type { Transport } from "../transport/transport.ts";
import type { Answer } from "./answer.ts";
import { createAnswerReader } from "./answer_reader.ts";
import { attempt, type Refusal, type UpstreamRequest } from "./attempt.ts";
import type { Gate } from "./gate.ts";
import { Patience, type Timeouts } from "./patience.ts";
import { Retries, type Retry } from "./retries.ts";
import { type RetryPolicy, toFinalError } from "./retry.ts";
import type { GateCall, Pass, UpstreamGate } from "./upstream_gate.ts";

/** The outside world, as calls use it. */
export interface UpstreamDeps {
  fetch: Transport;
  /** Waits; rejects as soon as the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  /** Epoch milliseconds. */
  now: () => number;
  retry: RetryPolicy;
  timeouts: Timeouts;
  lessons: Pick<Lessons, "remember">;
  gate: Gate;
  cache: Pick<ResponseCache, "answer" | "bypass">;
}

/** One request to an upstream, whichever API it speaks. */
export interface UpstreamCall extends GateCall {
  /** Whether another call's answer, or a cached one, is acceptable. */
  caching: Caching;
  /** Called before every attempt; returns a listener for its progress. */
  onAttempt: (
    attempt: Pick<Pass, "waitedMs"> & Pick<UpstreamRequest, "body">,
  ) => AttemptWatch;
  /** Called for every failed attempt that is followed by another. */
  onRetry: (retry: Retry) => void;
  /** Called with what a refusal has taught. */
  onLesson: (lesson: Lesson) => void;
}

/** What the retry loop needs to know about an API. */
export interface Api<C extends UpstreamCall> {
  /**
   * Called again when a refusal has taught something.
   *
   * @param key `null`: the upstream needs none.
   */
  toRequest(
    call: C,
    key: Secret | null,
  ): UpstreamRequest | Promise<UpstreamRequest>;
  /** The call changed after a refusal; `null` if that would not help. */
  learn(refusal: Refusal, call: C): C | null;
  toError(refusal: Refusal, call: C): ApiError;
}

/** How often a call is resent because of what a refusal has taught. */
const MAX_LESSONS = 4;

/**
 * Sends calls of one API. Once the answer begins there are no more retries.
 *
 * @throws {ApiError} when the upstream cannot be reached or refuses.
 */
export type Send<C extends UpstreamCall> = (call: C) => Promise<Answer>;

/** Creates a {@linkcode Send}. */
export function createSender<C extends UpstreamCall>(
  deps: UpstreamDeps,
  api: Api<C>,
): Send<C> {
  const { fetch, timeouts, random, retry: policy } = deps;

  async function send(first: C): Promise<Answer> {
    const { target: { upstream }, abort } = first;
    const gate = deps.gate.of(upstream);
    const retries = new Retries({ call: first, gate, policy, random });
    const patience = new Patience({
      upstream: upstream.name,
      abort,
      timeouts,
    });
    let call = first;
    let lessons = 0;
    for (;;) {
      // A usable key, a breaker that is not open, a place in the queue.
      const pass = await enter(call, { gate, retries, patience });
      const { answer, refusal, error, tookMs } = await tryOnce(call, {
        pass,
        patience,
      });
      if (answer) {
        retries.accepted();
        return answer;
      }
      const better = refusal && lessons < MAX_LESSONS
        ? api.learn(refusal, call)
        : null;
      if (better) {
        call = better; // not a failure: the request was wrong
        lessons++;
        continue;
      }
      const retry = retries.after({ pass, error, tookMs });
      call.onRetry(retry);
      await pause(retry.delayMs, patience);
    }
  }

  /** Waits until an attempt may be made. */
  async function enter(
    call: C,
    { gate, retries, patience }: {
      gate: UpstreamGate;
      retries: Retries;
      patience: Patience;
    },
  ): Promise<Pass> {
    try {
      return await gate.enter(call, retries.except);
    } catch (thrown) {
      throw toFinalError(patience.explain(thrown), {
        isOutage: false,
        worksForOthers: false,
      });
    }
  }

  /** Makes one attempt, and reports its result to the gate. */
  async function tryOnce(
    call: C,
    { pass, patience }: { pass: Pass; patience: Patience },
  ): Promise<Tried> {
    const request = await toRequest(call, pass);
    const watch = call.onAttempt({
      waitedMs: pass.waitedMs,
      body: request.body,
    });
    const startedAt = performance.now();
    let refusal: Refusal | undefined;
    let error: ApiError;
    try {
      const outcome = await attempt(request, { fetch, patience });
      if (outcome.response) {
        const { response } = outcome;
        return { answer: toAnswer(response, { pass, patience, watch }) };
      }
      refusal = outcome.refusal;
      watch.answered(refusal.status);
      error = api.toError(refusal, call);
    } catch (thrown) {
      error = toApiError(thrown);
    }
    watch.failed(error);
    watch.ended();
    pass.settle(error);
    pass.leave();
    return { refusal, error, tookMs: performance.now() - startedAt };
  }

  async function toRequest(call: C, pass: Pass): Promise<UpstreamRequest> {
    try {
      const request = await api.toRequest(call, pass.key);
      const headers = { ...request.headers, ...call.target.dialect.headers };
      return { ...request, headers };
    } catch (thrown) {
      pass.abandon();
      throw thrown;
    }
  }

  async function pause(ms: number, patience: Patience): Promise<void> {
    try {
      await deps.sleep(ms, patience.abort.signal);
    } catch (thrown) {
      throw patience.explain(thrown);
    }
  }

  return send;
}

/** Result of an attempt: the answer begins, or why not. */
type Tried =
  | { answer: Answer; refusal?: never; error?: never; tookMs?: never }
  | {
    answer?: never;
    /** Absent if the upstream could not be reached. */
    refusal: Refusal | undefined;
    error: ApiError;
    tookMs: number;
  };

/** An answer that frees its place when its body has ended. */
function toAnswer(
  { status, headers, body }: Received,
  { pass, patience, watch }: {
    pass: Pass;
    patience: Patience;
    watch: AttemptWatch;
  },
): Answer {
  pass.begun();
  watch.answered(status);
  const settle = (error: ApiError | null) => {
    if (error) watch.failed(error);
    pass.settle(error);
  };
  const reader = createAnswerReader(body, {
    patience,
    onEnd(error) {
      if (error) settle(error);
      watch.ended();
      pass.leave();
    },
  });
  return { headers, reader, settle };
}
