import { clientGone } from "./anthropic/errors.ts";
import type { ModelTurn } from "./message_stream.ts";
import type { Target } from "./models/select_target.ts";

/** What {@linkcode createFallback} works with. */
export interface FallbackOptions {
  /** Asks a target; `isStarted`: the client has had `message_start` already. */
  ask: (target: Target, given: { isStarted: boolean }) => ModelTurn;
  /**
   * The target to ask after a failure, which may be the same one in another
   * way; `null`: the failure stands.
   */
  next: (error: unknown, failed: Target) => Target | null;
}

/** A turn that the first target gives which accepts the request. */
export interface FallbackTurn extends ModelTurn {
  /** The one that was asked last. */
  readonly target: Target;
}

/**
 * Asks one target after another. What a target has begun to answer stays its
 * own: the client has heard it, and a second answer would follow the first.
 */
export function createFallback(
  first: Target,
  { ask, next }: FallbackOptions,
): FallbackTurn {
  let target = first;
  let isStarted = false;
  let hasAnswer = false;
  let isCancelled = false;
  let turn = ask(first, { isStarted });

  return {
    start() {
      isStarted = true;
      return turn.start();
    },
    keepAlive: () => turn.keepAlive(),
    async next() {
      for (;;) {
        try {
          const events = await turn.next();
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
