/**
 * Asks upstreams that speak Chat Completions.
 *
 * @module
 */
import type { ApiError } from "../anthropic/errors.ts";
import { toLesson } from "../models/lesson.ts";
import { withLesson } from "../models/lessons.ts";
import type { Target } from "../models/select_target.ts";
import type { ChatRequest } from "../openai/chat.ts";
import { namedStatus, type UpstreamFailure } from "../openai/errors.ts";
import type { Secret } from "../secret.ts";
import { type Overflow, toOverflow } from "../translate/context_overflow.ts";
import { translateFailure } from "../translate/upstream_error.ts";
import type { Refusal, UpstreamRequest } from "./attempt.ts";
import { createCachedSend } from "./cached_send.ts";
import { type ChunkSource, createChunkSource } from "./chunk_source.ts";
import { endpointOf } from "./endpoint.ts";
import { tellRefusal } from "./refusal.ts";
import { createSender, type UpstreamCall, type UpstreamDeps } from "./send.ts";

/** One chat completion asked of an upstream. */
export interface Call extends UpstreamCall {
  /**
   * The request for a target. Asked for again when a refusal has taught
   * something about the target, or the prompt's true length.
   */
  translate: (
    target: Target,
    inputTokens: number,
  ) => ChatRequest | Promise<ChatRequest>;
}

/** Sends chat completions. */
export interface UpstreamClient {
  /** The answer, streamed or whole; the call is made by the first read. */
  ask(call: Call): ChunkSource;
}

/** Makes an {@linkcode UpstreamClient}. */
export function createUpstreamClient(deps: UpstreamDeps): UpstreamClient {
  const send = createCachedSend(
    createSender<Call>(deps, { toRequest, learn, toError }),
    { cache: deps.cache, api: "chat" },
  );

  /** The call as it has to be after a refusal; `null` if that would not help. */
  function learn({ failure, status }: Refusal, call: Call): Call | null {
    if (status === 401 || status === 403 || status === 429) return null;
    const overflow = toOverflow(failure.text);
    if (overflow) return withRoom(overflow, call);
    const { capabilities, limits } = call.target;
    const lesson = toLesson(failure, { ...capabilities, ...limits });
    if (!lesson) return null;
    deps.lessons.remember(call.target, lesson);
    call.onLesson(lesson);
    return { ...call, target: withLesson(call.target, lesson) };
  }

  function toError(refusal: Refusal, call: Call): ApiError {
    const { failure, context } = tellRefusal(refusal, call, deps.now());
    return translateFailure(failure, context);
  }

  /** A failure reported inside an answer; its own status, if it names one. */
  function toInnerError(
    failure: UpstreamFailure,
    headers: Headers,
    call: Call,
  ) {
    const status = namedStatus(failure) ?? statusOf(failure);
    const body = failure.text;
    return toError({ status, failure, body, headers }, call);
  }

  return {
    ask(call) {
      return createChunkSource({
        upstream: call.target.upstream.name,
        open: () => send(call),
        abort: call.abort,
        toError: (failure, headers) => toInnerError(failure, headers, call),
      });
    },
  };
}

async function toRequest(
  { translate, target, inputTokens }: Call,
  key: Secret | null,
): Promise<UpstreamRequest> {
  const chat = await translate(target, inputTokens);
  const { upstream: { url }, dialect } = target;
  return {
    url: endpointOf(url, "/chat/completions"),
    headers: {
      "accept": chat.stream ? "text/event-stream" : "application/json",
      ...(key ? keyHeader(key.reveal(), dialect) : {}),
    },
    body: JSON.stringify(chat),
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
