import type { UpstreamFailure } from "../openai/errors.ts";

/** What was read of an answer: a piece of it, a failure, its end, or nothing. */
export interface Read<T> {
  piece?: T;
  /** The upstream reports one inside its answer. */
  failure?: UpstreamFailure;
  /** The upstream says that this is all. */
  isLast?: boolean;
}

/** How one API's answers are read. */
export interface StreamFormat<T> {
  /** What an answer is called in messages, e.g. `completion`. */
  name: string;
  /**
   * Reads a server-sent event.
   *
   * @returns `null` for what makes no sense.
   */
  readEvent(event: string | undefined, data: string): Read<T> | null;
  /**
   * Reads a whole answer, which some upstreams give in place of a stream.
   *
   * @returns `null` for what is no answer.
   */
  readWhole(json: unknown): Read<T> | null;
}
