import { type ApiError, toApiError } from "../anthropic/errors.ts";
import type { Target } from "../models/select_target.ts";
import { mayCure } from "../upstream/may_cure.ts";
import { isRetryable } from "../upstream/retry.ts";

/** A failed target, and the one that is asked instead. */
export interface Step {
  failed: Target;
  error: ApiError;
  next: Target;
}

/** Callbacks of a chain. */
export interface ChainListeners {
  /** Called for each failure, including the last. */
  onFailure: () => void;
  /** `summary`: all failures so far, `local/qwen3 502, openai/gpt-5 429`. */
  onFallback: (step: Step, summary: string) => void;
}

/** The targets of one request, each asked at most once. */
export class TargetChain {
  readonly #listeners: ChainListeners;
  #left: readonly Target[];
  readonly #failures: Pick<Step, "failed" | "error">[] = [];

  /** @param targets In the order they are asked. */
  constructor(targets: readonly Target[], listeners: ChainListeners) {
    this.#left = targets;
    this.#listeners = listeners;
  }

  /**
   * The target to ask after a failure; `null`: there is no other, the error
   * stands.
   *
   * @throws {ApiError} when none is left, the most useful failure: the first
   * retryable one, else the first. That the last target refuses a key must not
   * hide that the first is busy.
   */
  readonly next = (thrown: unknown, failed: Target): Target | null => {
    this.#listeners.onFailure();
    this.#left = this.#left.filter((other) =>
      other !== failed && mayCure(thrown, { failed, other })
    );
    const error = toApiError(thrown);
    const [next] = this.#left;
    if (next) {
      const step = { failed, error, next };
      this.#failures.push(step);
      this.#listeners.onFallback(step, this.#summary());
      return next;
    }
    if (this.#failures.length === 0) return null;
    this.#failures.push({ failed, error });
    const [first = { error }] = this.#failures;
    const { error: told } =
      this.#failures.find(({ error }) => isRetryable(error)) ?? first;
    throw told.with({ message: `${told.message} (asked: ${this.#summary()})` });
  };

  #summary(): string {
    return this.#failures
      .map(({ failed, error }) => `${pathOf(failed)} ${error.status}`)
      .join(", ");
  }
}

/** `upstream/model`, as the configuration names a target. */
export function pathOf({ upstream, model }: Target): string {
  return `${upstream.name}/${model}`;
}
