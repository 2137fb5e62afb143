import { clientGone } from "./anthropic/errors.ts";
import type { StreamEvent } from "./anthropic/message.ts";
import type { Turn } from "./stream/message_stream.ts";
import type { Target } from "./models/select_target.ts";

/** What {@linkcode createFallback} works with. */
export interface FallbackOptions<T extends StreamEvent[] | Uint8Array> {
  /** The client has had `message_start` before the first target is asked. */
  isStarted?: boolean;
  /** Asks a target; `isStarted`: the client has had `message_start` already. */
  ask: (target: Target, given: { isStarted: boolean }) => Turn<T>;
  /**
   * The target to ask after a failure, which may be the same one in another
   * way; `null`: the failure stands.
   */
  next: (error: unknown, failed: Target) => Target | null;
  /** Told once of the target whose answer begins. */
  onAnswer?: (target: Target) => void;
}

/** A turn that the first target gives which accepts the request. */
export interface FallbackTurn<T extends StreamEvent[] | Uint8Array>
  extends Turn<T> {
  /** The one that was asked last. */
  readonly target: Target;
}

/**
 * Asks one target after another. What a target has begun to answer stays its
 * own: the client has heard it, and a second answer would follow the first.
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
