/**
 * Calls upstreams that speak the Messages API themselves: request and answer
 * are passed through.
 *
 * @module
 */
import { createParser } from "eventsource-parser";
import { ApiError, statusOf } from "../anthropic/errors.ts";
import type { Usage } from "../anthropic/message.ts";
import type { Turn } from "../stream/message_stream.ts";
import { withLesson } from "../models/lessons.ts";
import { toPassthroughLesson } from "../models/passthrough_lesson.ts";
import type { Target } from "../models/select_target.ts";
import { namedStatus, parseFailure } from "../openai/errors.ts";
import { parseJson } from "../parse_json.ts";
import type { Secret } from "../secret.ts";
import {
  assemblePassed,
  type PassedEvent,
} from "../translate/passed_message.ts";
import {
  readEnvelope,
  translatePassedFailure,
} from "../translate/passthrough_error.ts";
import type { PassedRequest } from "../translate/passthrough_request.ts";
import { readUsage } from "../translate/passthrough_usage.ts";
import { spliceString } from "../translate/splice_string.ts";
import { type Answer, isWhole, readWhole } from "./answer.ts";
import type { Refusal, UpstreamRequest } from "./attempt.ts";
import { createCachedSend } from "./cached_send.ts";
import { endpointOf } from "./endpoint.ts";
import { tellRefusal } from "./refusal.ts";
import { createRelay } from "./relay.ts";
import { createSender, type UpstreamCall, type UpstreamDeps } from "./send.ts";

/** A request to pass through. */
export interface PassedCall extends UpstreamCall {
  /** The model's name as the client gave it, for the answer. */
  model: string;
  /** The client already has `message_start`. */
  isStarted: boolean;
  /** The client's headers that are passed on. */
  headers: Record<string, string>;
  /** The body for a target; called again when a refusal taught something. */
  translate: (target: Target) => PassedRequest | Promise<PassedRequest>;
}

/** A whole message. */
export interface PassedMessage {
  /** JSON as the upstream sent it, except for the model's name. */
  body: string;
  /** `null` if the upstream reported none. */
  usage: Usage | null;
}

/** Passes requests through. */
export interface PassthroughClient {
  /** @throws {ApiError} when the upstream cannot be reached or refuses. */
  complete(call: PassedCall): Promise<PassedMessage>;
  /** The first read makes the call; it fails like `complete`. */
  stream(call: PassedCall): Turn<Uint8Array>;
}

/** Creates a {@linkcode PassthroughClient}. */
export function createPassthroughClient(
  deps: UpstreamDeps,
): PassthroughClient {
  const send = createCachedSend(
    createSender<PassedCall>(deps, { toRequest, learn, toError }),
    deps.cache,
  );

  /** The body is the client's, so are refusals of it. */
  function learn({ failure }: Refusal, call: PassedCall): PassedCall | null {
    const lesson = toPassthroughLesson(failure, call.target.capabilities);
    if (!lesson) return null;
    deps.lessons.remember(call.target, lesson);
    call.onLesson(lesson);
    return { ...call, target: withLesson(call.target, lesson) };
  }

  function toError(refusal: Refusal, call: PassedCall): ApiError {
    const told = tellRefusal(refusal, call, deps.now());
    const { failure, context, hide } = told;
    const envelope = readEnvelope(refusal.body);
    return translatePassedFailure({
      failure,
      envelope: envelope && { ...envelope, message: hide(envelope.message) },
      shouldRetry: toShouldRetry(refusal.headers),
    }, context);
  }

  /** A failure reported inside an answer; its type or code sets the status. */
  function toInnerError(body: string, headers: Headers, call: PassedCall) {
    const failure = parseFailure(body);
    const type = readEnvelope(body)?.type;
    const status = type ? statusOf(type) : namedStatus(failure);
    return toError({ status: status ?? 502, failure, body, headers }, call);
  }

  const relay = (call: PassedCall, open: () => Promise<Answer>) =>
    createRelay({
      upstream: call.target.upstream.name,
      model: call.model,
      isStarted: call.isStarted,
      open,
      abort: call.abort,
      toError: (body, headers) => toInnerError(body, headers, call),
    });

  return {
    async complete(call) {
      const answer = await send(call);
      const first = await answer.reader.read();
      if (first && !isWhole(answer.headers, first)) {
        return await readMessage(relay(call, withFirst(first, answer)));
      }
      const body = first ? await readWhole(answer, first) : "";
      const { type, usage } = Object(parseJson(body));
      const error = type === "message"
        ? null
        : type === "error"
        ? toInnerError(body, answer.headers, call)
        : unreadable(call, body);
      answer.settle(error);
      if (error) throw error;
      return {
        body: spliceString(body, ["model"], call.model),
        usage: readUsage(usage, null),
      };
    },

    stream: (call) => relay(call, () => send(call)),
  };
}

/** An answer whose first piece has already been read. */
function withFirst(first: Uint8Array, answer: Answer): () => Promise<Answer> {
  let unread: Uint8Array | null = first;
  const { reader } = answer;
  const read = () => {
    if (!unread) return reader.read();
    const piece = unread;
    unread = null;
    return Promise.resolve(piece);
  };
  return () => Promise.resolve({ ...answer, reader: { ...reader, read } });
}

/** The message made of a relay's events, for a client that wants it whole. */
async function readMessage(relay: Turn<Uint8Array>): Promise<PassedMessage> {
  const decoder = new TextDecoder();
  const events: PassedEvent[] = [];
  const parser = createParser({
    onEvent: ({ data }) => events.push(Object(parseJson(data))),
  });
  for (let read; (read = await relay.next()) !== null;) {
    parser.feed(decoder.decode(read, { stream: true }));
  }
  const body = JSON.stringify(assemblePassed(events));
  return { body, usage: relay.usage };
}

async function toRequest(
  { target, headers, translate }: PassedCall,
  key: Secret | null,
): Promise<UpstreamRequest> {
  const { url } = target.upstream;
  const body = await translate(target);
  return {
    // Base URLs for Anthropic's clients lack /v1, those for OpenAI's have it.
    url: endpointOf(
      url,
      /\/v1\/?(\?|$)/.test(url) ? "/messages" : "/v1/messages",
    ),
    headers: {
      "accept": body.stream ? "text/event-stream" : "application/json",
      ...headers,
      ...(key ? keyHeader(target, key.reveal()) : {}),
    },
    body: JSON.stringify(body),
  };
}

function keyHeader(
  { dialect }: Target,
  key: string,
): Record<string, string> {
  return dialect.messagesKeyHeader === undefined
    ? { authorization: `Bearer ${key}` }
    : { [dialect.messagesKeyHeader]: key };
}

function toShouldRetry(headers: Headers): boolean | undefined {
  const value = headers.get("x-should-retry");
  return value === "true" || value === "false" ? value === "true" : undefined;
}

function unreadable({ target }: PassedCall, body: string): ApiError {
  const message = parseFailure(body).message.slice(0, 300);
  return new ApiError(
    "api_error",
    `Upstream ${target.upstream.name} answered with what is no message: ${message}`,
    { status: 502 },
  );
}
