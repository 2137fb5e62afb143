import { clientGone } from "./anthropic/errors.ts";
import type { StreamEvent } from "./anthropic/message.ts";
import type { Turn } from "./stream/message_stream.ts";
import type { Target } from "./models/select_target.ts";

/** What {@linkcode createFallback} depends on. */
export interface FallbackOptions<T extends StreamEvent[] | Uint8Array> {
  /** The client had `message_start` before the first target was asked. */
  isStarted?: boolean;
  /** Asks a target; `isStarted`: the client already has `message_start`. */
  ask: (target: Target, given: { isStarted: boolean }) => Turn<T>;
  /**
   * The target to ask after a failure, possibly the same one in another way;
   * `null`: the failure stands.
   */
  next: (error: unknown, failed: Target) => Target | null;
  /** Called once, with the target whose answer begins. */
  onAnswer?: (target: Target) => void;
}

/** The turn of the first target that accepts the request. */
export interface FallbackTurn<T extends StreamEvent[] | Uint8Array>
  extends Turn<T> {
  /** The target asked last. */
  readonly target: Target;
}

/**
 * Asks one target after another, until one begins to answer. After that an
 * error stands: the client would get a second answer after the first.
 */
export function createFallback<T extends StreamEvent[] | Uint8Array>(
  first: Target,
  { isStarted = false, ask, next, onAnswer }: FallbackOptions<T>,
): FallbackTurn<T> {
  let target = first;
  let hasAnswer = false;
  let isCancelled = false;
  let turn = ask(first, { isStarted });

  return {
    start() {
      const events = turn.start();
      isStarted ||= events.some(({ type }) => type === "message_start");
      return events;
    },
    keepAlive: () => turn.keepAlive(),
    async next() {
      for (;;) {
        try {
          const events = await turn.next();
          if (!hasAnswer) onAnswer?.(target);
          hasAnswer = true;
          return events;
        } catch (error) {
          if (isCancelled) throw clientGone(error);
          const following = hasAnswer ? null : next(error, target);
          if (!following) throw error;
          target = following;
          turn = ask(target, { isStarted });
        }
      }
    },
    cancel(reason) {
      isCancelled = true;
      turn.cancel(reason);
    },
    get usage() {
      return turn.usage;
    },
    get target() {
      return target;
    },
  };
}
