/**
 * Calls upstreams: one request, a few attempts, then an answer whose body is
 * still to be read, or the error the client is told.
 *
 * @module
 */
import { ApiError } from "../anthropic/errors.ts";
import type { Target } from "../models/select_target.ts";
import { ChatCompletion, type ChatRequest } from "../openai/chat.ts";
import {
  parseFailure,
  readFailure,
  type UpstreamFailure,
} from "../openai/errors.ts";
import { redact } from "../secret.ts";
import { toRetryAfter } from "../translate/retry_after.ts";
import { translateFailure } from "../translate/upstream_error.ts";
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
}

/** One request to an upstream. */
export interface Call {
  target: Target;
  chat: ChatRequest;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** Ends the call; aborting it is what closes the upstream's connection. */
  abort: AbortController;
  /** Told of every failed attempt that another one follows. */
  onRetry: (retry: Retry) => void;
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

/** Makes an {@linkcode UpstreamClient}. Retries end where the answer begins. */
export function createUpstreamClient(deps: UpstreamDeps): UpstreamClient {
  /** Resolves as soon as an upstream has accepted the request. */
  async function open(call: Call): Promise<Response> {
    for (let attempt = 1;; attempt++) {
      try {
        return await post(call);
      } catch (thrown) {
        const error = toConnectionError(thrown, where(call));
        const jitter = deps.random();
        const policy = deps.retry;
        const delayMs = retryDelay(error, { attempt, jitter, policy });
        if (delayMs === null) throw error;
        call.onRetry({ attempt, delayMs, error });
        await sleep(delayMs, call);
      }
    }
  }

  async function sleep(ms: number, call: Call): Promise<void> {
    try {
      await deps.sleep(ms, call.abort.signal);
    } catch (thrown) {
      throw toConnectionError(thrown, where(call));
    }
  }

  async function post(call: Call): Promise<Response> {
    const { target: { upstream, dialect }, chat } = call;
    const response = await withinIdleTimeout(
      call,
      () =>
        deps.fetch(`${upstream.url}/chat/completions`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "accept": chat.stream ? "text/event-stream" : "application/json",
            "user-agent": "ccproxy",
            ...(upstream.key
              ? { authorization: `Bearer ${upstream.key.reveal()}` }
              : {}),
            ...dialect.headers,
          },
          body: JSON.stringify(chat),
          signal: call.abort.signal,
        }),
    );
    if (response.ok) return inflated(response);
    const body = await withinIdleTimeout(call, () => inflated(response).text());
    throw refusal(call, {
      status: response.status,
      failure: parseFailure(body),
      headers: response.headers,
    });
  }

  function refusal(
    { target, inputTokens }: Call,
    { status, failure, headers }: {
      status: number;
      failure: UpstreamFailure;
      headers: Headers;
    },
  ): ApiError {
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

  /** An upstream that is silent for too long is let go. */
  async function withinIdleTimeout<T>(
    { abort, target }: Call,
    action: () => Promise<T>,
  ): Promise<T> {
    const timer = setTimeout(() => {
      const seconds = deps.idleTimeoutMs / 1000;
      abort.abort(
        new ApiError(
          "timeout_error",
          `Upstream ${target.upstream.name} sent nothing for ${seconds} s`,
        ),
      );
    }, deps.idleTimeoutMs);
    try {
      return await action();
    } finally {
      clearTimeout(timer);
    }
  }

  /** A failure reported inside an answer; its own status, if it names one. */
  function failed(call: Call, failure: UpstreamFailure, headers: Headers) {
    const status = failure.codes.map(Number)
      .find((code) => code >= 400 && code < 600) ?? statusOf(failure);
    return refusal(call, { status, failure, headers });
  }

  return {
    async complete(call) {
      const response = await open(call);
      const text = await withinIdleTimeout(call, () => response.text())
        .catch((thrown) => {
          throw toConnectionError(thrown, where(call));
        });
      const completion = ChatCompletion.safeParse(parseJson(text));
      if (!completion.success) throw unreadable(call, text);
      if (!completion.data.error) return completion.data;
      const failure = readFailure(completion.data.error);
      throw failed(call, failure, response.headers);
    },

    stream(call) {
      return createChunkSource({
        open: () => open(call),
        guard: (action) =>
          withinIdleTimeout(call, action).catch((thrown) => {
            throw toConnectionError(thrown, where(call));
          }),
        toError: (failure, headers) => failed(call, failure, headers),
        abort: call.abort,
      });
    },
  };
}

function where({ target, abort }: Call) {
  return { upstream: target.upstream.name, signal: abort.signal };
}

/** Codes that stand for a status where a stream's failure has no number. */
function statusOf({ codes }: UpstreamFailure): number {
  if (codes.some((code) => /rate_limit/.test(code))) return 429;
  if (codes.includes("invalid_request_error")) return 400;
  return 502;
}

/** Deno decodes gzip and brotli by itself, deflate it does not. */
function inflated(response: Response): Response {
  const { body, headers } = response;
  if (!body || headers.get("content-encoding") !== "deflate") return response;
  return new Response(body.pipeThrough(new DecompressionStream("deflate")), {
    status: response.status,
    headers,
  });
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
