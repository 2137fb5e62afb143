import {
  type ApiError,
  isClientGone,
  toApiError,
} from "../anthropic/errors.ts";
import type { Target } from "../models/select_target.ts";
import { mayCure } from "../upstream/may_cure.ts";
import { isRetryable } from "../upstream/retry.ts";

/** A target that failed, and the one that is asked instead. */
export interface Step {
  failed: Target;
  error: ApiError;
  next: Target;
}

/** Who is told of what. */
export interface ChainListeners {
  /** Of each failure, the last one too. */
  onFailure: () => void;
  /** `summary`: all failures so far, `local/qwen3 502, openai/gpt-5 429`. */
  onFallback: (step: Step, summary: string) => void;
}

/** The targets of one request, each asked once at most. */
export class TargetChain {
  readonly #listeners: ChainListeners;
  #left: readonly Target[];
  readonly #steps: Step[] = [];

  /** @param targets In the order in which they are asked. */
  constructor(targets: readonly Target[], listeners: ChainListeners) {
    this.#left = targets;
    this.#listeners = listeners;
  }

  /**
   * The target to ask after a failure; `null`: none could cure it.
   *
   * @throws {ApiError} an earlier failure where none is left and the client may
   * try again after that, but not after the last one: a key that the last
   * target refuses must not hide that the first one is only busy.
   */
  readonly next = (thrown: unknown, failed: Target): Target | null => {
    if (isClientGone(thrown)) return null;
    this.#listeners.onFailure();
    this.#left = this.#left.filter((other) =>
      other !== failed && mayCure(thrown, { failed, other })
    );
    const [next] = this.#left;
    if (next) {
      const step = { failed, error: toApiError(thrown), next };
      this.#steps.push(step);
      this.#listeners.onFallback(step, this.#summary());
      return next;
    }
    const earlier = this.#steps.find(({ error }) => isRetryable(error));
    if (earlier && !isRetryable(thrown)) throw earlier.error;
    return null;
  };

  #summary(): string {
    return this.#steps
      .map(({ failed, error }) => `${pathOf(failed)} ${error.status}`)
      .join(", ");
  }
}

/** `upstream/model`, as the configuration names a target. */
export function pathOf({ upstream, model }: Target): string {
  return `${upstream.name}/${model}`;
}
