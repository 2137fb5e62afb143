import type { StreamEvent } from "../anthropic/message.ts";
import type { CountedUsage } from "./counted_usage.ts";

/** Turns what an upstream streams to the events of one message. */
export interface Translator<T> {
  /** `message_start`, unless it has been sent. */
  start(): StreamEvent[];
  /** Events that keep a waiting client patient. */
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
    /** Whether the upstream said that this is all. */
    sawSentinel: boolean;
  }): StreamEvent[];
  /** Whether the upstream has said how the answer ended. */
  readonly isFinished: boolean;
  /** Whether a stop sequence ended the answer: the upstream may be let go. */
  readonly isStopped: boolean;
  /**
   * Usage as last reported by the upstream, else an estimate of what it has
   * said so far; `null` if it has said nothing.
   */
  readonly usage: CountedUsage | null;
}
