import type { UpstreamFailure } from "../openai/errors.ts";

/** What was read of an answer: a piece, a failure, the end, or nothing. */
export interface Read<T> {
  piece?: T;
  /** A failure the upstream reports inside its answer. */
  failure?: UpstreamFailure;
  /** The upstream says that it is done. */
  isLast?: boolean;
}

/** How one API's answers are read. */
export interface StreamFormat<T> {
  /** What an answer is called in messages, e.g. `completion`. */
  name: string;
  /**
   * Reads a server-sent event.
   *
   * @returns `null` for what cannot be understood.
   */
  readEvent(event: string | undefined, data: string): Read<T> | null;
  /**
   * Reads a whole answer, which some upstreams send instead of a stream.
   *
   * @returns `null` for what is not an answer.
   */
  readWhole(json: unknown): Read<T> | null;
}
