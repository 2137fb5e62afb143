/**
 * An answer on its way, passed from the thread that asked for it to another:
 * the reading side sends one wish after the other.
 *
 * @module
 */
import {
  ApiError,
  clientGone,
  type ErrorType,
  toApiError,
} from "../anthropic/errors.ts";
import type { Answer } from "../upstream/answer.ts";
import type { CacheOutcome, CalledAnswer } from "./cache_use.ts";
import type { Begun, Flight } from "./flight.ts";
import { Recording } from "./recording.ts";

/** A flight that can be joined. */
export interface Joinable {
  flight: Flight;
  /** How its answer was obtained, once known. */
  source: Promise<CalledAnswer>;
}

/** An answer that need not be asked for. */
export interface Found extends Begun, CalledAnswer {
  /** How long the upstream took, in milliseconds; 0: unknown. */
  tookMs: number;
}

/** An error without its cause: functions and streams cannot cross a port. */
interface PlainError {
  type: ErrorType;
  message: string;
  options: Omit<ConstructorParameters<typeof ApiError>[2], "cause">;
}

/** What the reading side sends; only `read` gets a reply. */
type Wish =
  | { kind: "read" }
  | { kind: "drain" }
  | { kind: "settle"; error: PlainError | null }
  | { kind: "leave"; error: PlainError }
  | { kind: "close" };

/** What the reading side receives. */
type Reply =
  | { kind: "begun"; head: Head }
  | { kind: "bytes"; bytes: Uint8Array }
  | { kind: "end" }
  | { kind: "failed"; error: PlainError }
  /** The flight no longer exists. */
  | { kind: "gone" };

/** The one who asked has left: now the call is the reading side's. */
interface Inherited {
  kind: "inherited";
}

interface Head {
  contentType: string | null;
  outcome: CacheOutcome;
  ageMs: number;
}

/** How long after its last message an answer may be settled, in ms. */
const SETTLE_MS = 60_000;

/**
 * Sends a flight's answer to the other end of the port.
 *
 * @param options.lost Aborts when the thread at the other end is gone, which a
 * port does not report.
 */
export async function sendAnswer(
  port: MessagePort,
  { joinable, lost }: { joinable: Joinable | null; lost: AbortSignal },
): Promise<void> {
  const left = new AbortController();
  const post = (news: Reply | Inherited) => port.postMessage(news);
  if (!joinable) {
    post({ kind: "gone" });
    return port.close();
  }
  let answer: Answer | undefined;
  const leave = (error: ApiError) => {
    left.abort(error);
    close();
  };
  const lose = () => leave(clientGone(lost.reason));
  /** The last message: nothing more is read about this answer. */
  const settle = (error: ApiError | null) => {
    answer?.settle(error);
    if (error) return leave(error);
    answer?.reader.drain();
    close();
  };
  const close = () => {
    lost.removeEventListener("abort", lose);
    port.close();
  };
  lost.addEventListener("abort", lose, { once: true });
  port.onmessage = async ({ data: wish }: MessageEvent<Wish>) => {
    switch (wish.kind) {
      case "read":
        return answer && post(await readFrom(answer));
      case "drain":
        return answer?.reader.drain();
      case "settle":
        return settle(wish.error && toError(wish.error));
      case "leave":
        return leave(toError(wish.error));
      case "close":
        return leave(clientGone());
    }
  };
  try {
    answer = await joinable.flight.join({
      signal: left.signal,
      onInherit: () => post({ kind: "inherited" }),
      onBequeath() {},
    });
    const { outcome, ageMs } = await joinable.source;
    const contentType = answer.headers.get("content-type");
    post({ kind: "begun", head: { contentType, outcome, ageMs } });
  } catch (error) {
    post({ kind: "failed", error: toPlain(error) });
  }
}

async function readFrom({ reader }: Answer): Promise<Reply> {
  try {
    const bytes = await reader.read();
    return bytes ? { kind: "bytes", bytes: bytes.slice() } : { kind: "end" };
  } catch (error) {
    return { kind: "failed", error: toPlain(error) };
  }
}

/** Tells {@linkcode sendAnswer} that nobody receives its answer. */
export function declineAnswer(port: MessagePort): void {
  const error = toPlain(clientGone());
  port.postMessage({ kind: "leave", error } satisfies Wish);
  port.close();
}

/** What {@linkcode receiveAnswer} depends on. */
export interface ReceiveOptions {
  /** Aborts when nobody here waits any more. */
  signal: AbortSignal;
  /** From now on the upstream is asked on behalf of someone here. */
  onInherit: () => void;
  /** Aborts when the thread at the other end is gone. */
  lost: AbortSignal;
}

/**
 * Receives what {@linkcode sendAnswer} sends.
 *
 * @returns `null` if the flight no longer exists, or its thread ends before the
 * answer begins.
 * @throws {ApiError} as the other thread's upstream does.
 */
export async function receiveAnswer(
  port: MessagePort,
  { signal, onInherit, lost }: ReceiveOptions,
): Promise<Found | null> {
  let reply = Promise.withResolvers<Reply>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasBegun = false;
  let isClosed = false;
  const post = (wish: Wish) => port.postMessage(wish);
  const leave = () => {
    post({ kind: "leave", error: toPlain(signal.reason) });
    reply.reject(signal.reason);
    close();
  };
  const lose = () =>
    reply.resolve(
      hasBegun ? { kind: "failed", error: LOST } : { kind: "gone" },
    );

  function close(): void {
    isClosed = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    lost.removeEventListener("abort", lose);
    reply.resolve({ kind: "end" });
    post({ kind: "close" });
    port.close();
  }

  async function next(wish: Wish | null): Promise<Reply> {
    reply = Promise.withResolvers();
    if (lost.aborted) lose();
    else if (wish) post(wish);
    const got = await reply.promise;
    if (got.kind !== "failed") return got;
    close();
    throw toError(got.error);
  }

  function closeUnsettled(): void {
    if (!isClosed) timer ??= setTimeout(close, SETTLE_MS);
  }

  port.onmessage = ({ data }: MessageEvent<Reply | Inherited>) =>
    data.kind === "inherited" ? onInherit() : reply.resolve(data);
  const first = next(null);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave, { once: true });
  lost.addEventListener("abort", lose, { once: true });
  const begun = await first;
  if (begun.kind !== "begun") {
    close();
    return null;
  }
  hasBegun = true;
  const { contentType, outcome, ageMs } = begun.head;
  return {
    headers: new Headers(contentType ? { "content-type": contentType } : {}),
    recording: new Recording(),
    reader: {
      async read() {
        const got = await next({ kind: "read" });
        if (got.kind === "bytes") return got.bytes;
        closeUnsettled();
        return null;
      },
      drain() {
        post({ kind: "drain" });
        closeUnsettled();
      },
      cancel: () => {}, // whoever waits leaves through the signal
    },
    settle(error) {
      post({ kind: "settle", error: error && toPlain(error) });
      close();
    },
    outcome: outcome === "hit" ? "hit" : "shared",
    ageMs,
    tookMs: 0,
  };
}

const LOST: PlainError = {
  type: "api_error",
  message: "The thread that had asked for this answer has ended; ask again",
  options: { status: 502 },
};

function toPlain(thrown: unknown): PlainError {
  const { type, message, ...rest } = toApiError(thrown);
  const { status, code, retryAfterSeconds, shouldRetry } = rest;
  const { upstreamRequestId, overflow } = rest;
  const options = {
    ...{ status, code, retryAfterSeconds, shouldRetry },
    ...{ upstreamRequestId, overflow },
  };
  return { type, message, options };
}

function toError({ type, message, options }: PlainError): ApiError {
  return new ApiError(type, message, options);
}
