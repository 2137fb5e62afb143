/** A time limit; disposing of it cancels it. */
export interface Deadline extends Disposable {
  /** Aborts with an error as reason when the time is up. */
  readonly signal: AbortSignal;
}

/** Sets a time limit, in milliseconds. */
export function setDeadline(ms: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new Error(`The test takes more than ${ms} ms`));
  }, ms);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
