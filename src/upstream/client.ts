/**
 * Calls upstreams through one of OpenAI's APIs.
 *
 * @module
 */
import type { ApiError } from "../anthropic/errors.ts";
import { bodyToJson } from "../body_to_json.ts";
import { isApiMissing, toApiLesson } from "../models/api_lesson.ts";
import { type Lesson, toLesson } from "../models/lesson.ts";
import { withLesson } from "../models/lessons.ts";
import type { Target } from "../models/select_target.ts";
import type { ChatChunk, ChatRequest } from "../openai/chat.ts";
import type { ResponsesRequest } from "../openai/responses.ts";
import type { ResponsesEvent } from "../openai/responses_events.ts";
import { namedStatus, type UpstreamFailure } from "../openai/errors.ts";
import type { Secret } from "../secret.ts";
import { type Overflow, toOverflow } from "../translate/context_overflow.ts";
import { translateFailure } from "../translate/upstream_error.ts";
import type { Refusal, UpstreamRequest } from "./attempt.ts";
import { createCachedSend } from "./cached_send.ts";
import { chatFormat } from "./chat_format.ts";
import { type ChunkSource, createChunkSource } from "./chunk_source.ts";
import { endpointOf } from "./endpoint.ts";
import { tellRefusal } from "./refusal.ts";
import { responsesFormat } from "./responses_format.ts";
import { createSender, type UpstreamCall, type UpstreamDeps } from "./send.ts";
import type { StreamFormat } from "./stream_format.ts";

/** One answer requested from an upstream. */
export interface Call<R extends { stream: boolean }> extends UpstreamCall {
  /**
   * Creates the request for a target. Called again when a refusal has taught
   * something about the target, or about the prompt's true length.
   */
  translate: (target: Target, inputTokens: number) => Promise<R>;
}

/** Sends requests of one API. */
export interface UpstreamClient<R extends { stream: boolean }, T> {
  /** The answer, streamed or whole; the first read makes the call. */
  ask(call: Call<R>): ChunkSource<T>;
}

/** Sends Chat Completions requests. */
export type ChatClient = UpstreamClient<ChatRequest, ChatChunk>;
/** Sends requests of the Responses API. */
export type ResponsesClient = UpstreamClient<ResponsesRequest, ResponsesEvent>;

/** Creates a {@linkcode ChatClient}. */
export function createChatClient(deps: UpstreamDeps): ChatClient {
  return createClient(deps, { path: "/chat/completions", format: chatFormat });
}

/** Creates a {@linkcode ResponsesClient}. */
export function createResponsesClient(deps: UpstreamDeps): ResponsesClient {
  return createClient(deps, { path: "/responses", format: responsesFormat });
}

function createClient<R extends { stream: boolean }, T>(
  deps: UpstreamDeps,
  { path, format }: {
    /** Path of the endpoint, below the upstream's base URL. */
    path: string;
    format: StreamFormat<T>;
  },
): UpstreamClient<R, T> {
  const send = createCachedSend(
    createSender<Call<R>>(deps, { toRequest, learn, toError }),
    deps.cache,
  );

  async function toRequest(
    { translate, target, inputTokens }: Call<R>,
    key: Secret | null,
  ): Promise<UpstreamRequest> {
    const request = await translate(target, inputTokens);
    const { upstream: { url }, dialect } = target;
    return {
      url: endpointOf(url, path),
      headers: {
        "accept": request.stream ? "text/event-stream" : "application/json",
        ...(key ? keyHeader(key.reveal(), dialect) : {}),
      },
      body: bodyToJson(request),
    };
  }

  /** The call changed after a refusal; `null` if that would not help. */
  function learn(refusal: Refusal, call: Call<R>): Call<R> | null {
    const { failure, status } = refusal;
    if (status === 401 || status === 403) return null;
    const overflow = toOverflow(failure.text, call.inputTokens);
    if (overflow) return withRoom(overflow, call);
    if (status === 429) return null;
    const { target } = call;
    const remember = (lesson: Lesson) => {
      deps.lessons.remember(target, lesson);
      call.onLesson(lesson);
    };
    const ofApi = toApiLesson(refusal, target);
    if (ofApi) {
      remember(ofApi);
      return null; // another client has to ask there
    }
    const { capabilities, limits } = target;
    const lesson = toLesson(failure, { ...capabilities, ...limits });
    if (!lesson) return null;
    remember(lesson);
    return { ...call, target: withLesson(target, lesson) };
  }

  function toError(refusal: Refusal, call: Call<R>): ApiError {
    const { failure, context } = tellRefusal(refusal, call, deps.now());
    const isMissing = call.target.api === "responses" && isApiMissing(refusal);
    const message = isMissing
      ? `${failure.message} (without a Responses API, set UPSTREAM_API=chat)`
      : failure.message;
    return translateFailure({ ...failure, message }, context);
  }

  return {
    ask(first) {
      let call = first;
      let mayLearn = true;
      return createChunkSource({
        format,
        upstream: call.target.upstream.name,
        open: () => send(call),
        abort: call.abort,
        toError: (failure, headers) =>
          toError(toInnerRefusal(failure, headers), call),
        asksAgain(failure, headers) {
          const better = mayLearn &&
            learn(toInnerRefusal(failure, headers), call);
          mayLearn = false;
          if (better) call = better;
          return Boolean(better);
        },
      });
    },
  };
}

function keyHeader(
  key: string,
  { chatKeyHeader }: Target["dialect"],
): Record<string, string> {
  return chatKeyHeader
    ? { [chatKeyHeader]: key }
    : { authorization: `Bearer ${key}` };
}

/** An answer with less room than this is not worth requesting, in tokens. */
const MIN_ROOM_TOKENS = 1_024;

/**
 * Requests a shorter answer if the prompt alone fits the window, but prompt and
 * answer together do not.
 */
function withRoom<C extends UpstreamCall>(
  { input, limit }: Overflow,
  call: C,
): C | null {
  if (input === undefined || limit === undefined) return null;
  const { limits } = call.target;
  const isKnown = input === call.inputTokens && limit === limits?.contextTokens;
  if (isKnown || limit - input < MIN_ROOM_TOKENS) return null;
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

/** A failure reported inside an answer; with its own status, if any. */
function toInnerRefusal(failure: UpstreamFailure, headers: Headers): Refusal {
  const status = namedStatus(failure) ?? statusOf(failure);
  return { status, failure, body: failure.text, headers };
}

/** Codes mapped to a status, for a stream's failure without a number. */
function statusOf({ codes }: UpstreamFailure): number {
  const is = (pattern: RegExp) => codes.some((code) => pattern.test(code));
  if (is(/rate_limit/)) return 429;
  if (is(/^invalid_(?!api_key)|_policy|image/)) return 400;
  return is(/^server_error$/) ? 500 : 502;
}
