/**
 * Server-sent events to the client.
 *
 * @module
 */
import {
  type ApiError,
  isClientGone,
  toApiError,
} from "../anthropic/errors.ts";
import type { StreamEvent } from "../anthropic/message.ts";
import { EventEncoder, type WrittenEvent } from "./event_encoder.ts";
import type { EventSource } from "./message_stream.ts";
import { settlesWithin } from "../settles_within.ts";

/** Timing of an event stream, in milliseconds. */
export interface EventStreamTimes {
  /** The status line is sent after this long, even without an answer. */
  commitMs: number;
  /** A ping is sent after this long without an event. */
  pingMs: number;
  /** A client that does not read for this long is disconnected. */
  stallMs: number;
  /** How long to wait for the upstream's usage after the answer's end. */
  usageMs: number;
}

/**
 * Claude Code says "Waiting for API response" after 20 s without a byte;
 * Anthropic's own gateway pings after 15 s. A client that leaves its answer
 * unread blocks the upstream's HTTP/2 connection for all others.
 */
export const EVENT_STREAM_TIMES: EventStreamTimes = {
  commitMs: 20_000,
  pingMs: 15_000,
  stallMs: 300_000,
  usageMs: 5_000,
};

/** How a stream ended: complete, with an error, or the client left. */
export type StreamEnd =
  | { outcome: "finished" }
  | { outcome: "failed"; error: ApiError }
  | { outcome: "client gone" };

/** Options for {@linkcode openEventStream}. */
export interface EventStreamOptions {
  requestId: string;
  times: EventStreamTimes;
  /** Removes secrets from what the client is told about a failure. */
  redact: (text: string) => string;
  /** Called once, when the first events are available. */
  onBegin: () => void;
  /** Called once, when the last byte has been handed over. */
  onEnd: (end: StreamEnd) => void;
}

/**
 * Waits for the first events, then responds with them and all that follow.
 *
 * The status line is held back until the upstream has answered or `commitMs`
 * have passed, so that a refusal can still set it. After that an error is the
 * stream's last event. Cancelling the body cancels `source`.
 *
 * @throws {ApiError} when the source fails before its first event.
 */
export async function openEventStream(
  source: EventSource,
  { requestId, times, redact, onBegin, onEnd }: EventStreamOptions,
): Promise<ReadableStream<Uint8Array>> {
  let pending: ReturnType<EventSource["next"]> | undefined = source.next()
    .then((events) => {
      onBegin();
      return events;
    });
  const isEarly = await settlesWithin(pending, times.commitMs);
  const early: StreamEvent[] = isEarly
    ? []
    : [...source.start(), ...source.keepAlive()];

  const encoder = new EventEncoder();
  let lastWriteAt = performance.now();
  let isReading = false;
  let ticker: ReturnType<typeof setInterval> | undefined;
  const end = (how: StreamEnd) => {
    if (ticker === undefined) return;
    clearInterval(ticker);
    ticker = undefined;
    onEnd(how);
  };

  return new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (events: WrittenEvent[]) => {
        lastWriteAt = performance.now();
        controller.enqueue(encoder.encode(events));
      };
      if (early.length > 0) write(early);
      ticker = setInterval(() => {
        const silentMs = performance.now() - lastWriteAt;
        if (isReading && silentMs >= times.pingMs) {
          write(source.keepAlive());
        } else if (!isReading && silentMs >= times.stallMs) {
          source.cancel("the client does not read");
          controller.error(new Error("Client does not read"));
          end({ outcome: "client gone" });
        }
      }, Math.min(1_000, times.pingMs));
    },

    async pull(controller) {
      isReading = true;
      try {
        const events = await (pending ?? source.next());
        pending = undefined;
        lastWriteAt = performance.now();
        if (events instanceof Uint8Array) return controller.enqueue(events);
        if (events) return controller.enqueue(encoder.encode(events));
        controller.close();
        end({ outcome: "finished" });
      } catch (thrown) {
        if (ticker === undefined) return; // cancelled meanwhile
        const error = toApiError(thrown).cleaned(redact);
        controller.enqueue(encoder.encode([error.toBody(requestId)]));
        controller.close();
        end(toFailedEnd(error));
      } finally {
        isReading = false;
      }
    },

    cancel(reason) {
      source.cancel(reason);
      end({ outcome: "client gone" });
    },
  }, { highWaterMark: 0 });
}

/** How a failed answer ended. */
function toFailedEnd(error: ApiError): StreamEnd {
  return isClientGone(error)
    ? { outcome: "client gone" }
    : { outcome: "failed", error };
}
