/**
 * What the demo upstream can be scripted to answer, down to the bytes and to
 * how the connection ends. A reply is a plain value; `play()` executes it.
 *
 * @module
 */

import { isRecord } from "./sample.ts";

/** Bytes written at once; strings are encoded as UTF-8. */
export type Piece = string | Uint8Array;

/** A body written piece by piece. */
export interface StreamedBody {
  /** An async iterable lets a test decide when each piece is written. */
  readonly pieces: Iterable<Piece> | AsyncIterable<Piece>;
  /** Pause before every piece but the first, in milliseconds. */
  readonly everyMs: number;
  /**
   * After the last piece: `close` ends the body properly, `cut` destroys the
   * connection, `hang` keeps it open until the client closes it.
   */
  readonly end: "close" | "cut" | "hang";
}

/** An HTTP response to play. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Time before the status line is sent, in milliseconds. */
  readonly silenceMs: number;
  readonly body: string | StreamedBody;
  /**
   * What it says, as Chat Completions chunks or a completion, to be translated
   * to the API of the request; absent if the exact bytes matter.
   */
  readonly said?: readonly unknown[];
}

/** Options for {@linkcode rawStream}. */
export interface RawStreamOptions {
  /** @default {200} */
  status?: number;
  headers?: Record<string, string>;
  /** @default {"text/event-stream"} */
  contentType?: string;
  /** @default {0} */
  everyMs?: number;
  /** @default {"close"} */
  end?: StreamedBody["end"];
}

/** Options for {@linkcode chunks}. */
export interface ChunksOptions extends RawStreamOptions {
  /** Whether the sentinel is sent; never for `cut` and `hang`. */
  done?: boolean;
}

/** Exactly these bytes, each piece as a separate write. */
export function rawStream(
  pieces: StreamedBody["pieces"],
  options: RawStreamOptions = {},
): Reply {
  const {
    status = 200,
    headers = {},
    contentType = "text/event-stream",
    everyMs = 0,
    end = "close",
  } = options;
  return {
    status,
    headers: { "content-type": contentType, ...headers },
    silenceMs: 0,
    body: { pieces, everyMs, end },
  };
}

/** A stream of server-sent events, one per object, then the sentinel. */
export function chunks(
  list: readonly unknown[],
  options: ChunksOptions = {},
): Reply {
  const { done = (options.end ?? "close") === "close", ...rest } = options;
  const events = list.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  const pieces = done ? [...events, "data: [DONE]\n\n"] : events;
  return { ...rawStream(pieces, rest), said: list };
}

/** A whole JSON body, by default with status 200. */
export function json(
  body: unknown,
  init: { status?: number; headers?: Record<string, string> } = {},
): Reply {
  const { status = 200, headers } = init;
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    silenceMs: 0,
    body: JSON.stringify(body),
    ...(status === 200 && isCompletion(body) ? { said: [body] } : {}),
  };
}

/** Also one that failed after its status was sent. */
function isCompletion(body: unknown): boolean {
  return isRecord(body) &&
    (body.object === "chat.completion" || "error" in body);
}

/** An error response: JSON, or unchanged text (such as an HTML page). */
export function refusal(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Reply {
  if (typeof body !== "string") return json(body, { status, headers });
  return {
    status,
    headers: { "content-type": "text/plain", ...headers },
    silenceMs: 0,
    body,
  };
}

/** The same reply after `silenceMs` without a status line. */
export function silence(silenceMs: number, then: Reply): Reply {
  return { ...then, silenceMs };
}

/** An error body as OpenAI writes it, for {@linkcode refusal}. */
export function openaiError(
  message: string,
  details: { type?: string; param?: string; code?: string } = {},
): { error: Record<string, string | null> } {
  const { type = "invalid_request_error", param, code } = details;
  return {
    error: { message, type, param: param ?? null, code: code ?? null },
  };
}
