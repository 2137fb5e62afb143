import type { StreamEvent } from "../anthropic/message.ts";
import type { CountedUsage } from "./counted_usage.ts";

/** Translates an upstream's stream to the events of one message. */
export interface Translator<T> {
  /** `message_start`, unless it has been sent. */
  start(): StreamEvent[];
  /** Events that keep a waiting client from giving up. */
  keepAlive(): StreamEvent[];
  /** Translates one piece of the stream. */
  push(piece: T): StreamEvent[];
  /**
   * Ends the message.
   *
   * @throws {ApiError} `api_error` if the answer was cut off or is empty: it
   * must not look complete.
   */
  end(given: {
    /** Whether the upstream said that it is done. */
    sawSentinel: boolean;
  }): StreamEvent[];
  /** Whether the upstream has said how the answer ended. */
  readonly isFinished: boolean;
  /** Whether a stop sequence ended the answer: the upstream can be stopped. */
  readonly isStopped: boolean;
  /**
   * Usage as last reported by the upstream, else an estimate of its output so
   * far; `null` if there is none.
   */
  readonly usage: CountedUsage | null;
}
