import type { ErrorType } from "../anthropic/errors.ts";
import type { RequestRecord } from "./record.ts";

/** Errors with one cause. */
export interface ErrorGroup {
  /** Name of the upstream that was asked; `null`: none was. */
  upstream: string | null;
  status: number;
  type: ErrorType;
  /** What the clients got, with `#` in place of numbers and ids. */
  reason: string;
  count: number;
  /** Epoch milliseconds. */
  firstSeen: number;
  lastSeen: number;
  /** Id of the latest request that failed this way. */
  requestId: string;
}

/** Groups that are kept; beyond that the least recently seen is dropped. */
const MAX_GROUPS = 500;

/** Groups the errors clients got by cause. */
export class ErrorTracker {
  /** By cause, least recently seen first. */
  readonly #groups = new Map<string, ErrorGroup>();

  /** Adds a request that has ended; one without an error is ignored. */
  add(
    { error, message, requestId, startedAt, durationMs }: RequestRecord,
  ): void {
    if (!error) return;
    const { type, status } = error;
    const upstream = message?.upstream ?? null;
    const reason = toPattern(error.reason);
    const key = JSON.stringify([upstream, status, type, reason]);
    const known = this.#groups.get(key);
    const lastSeen = startedAt + durationMs;
    this.#groups.delete(key);
    this.#groups.set(key, {
      upstream,
      status,
      type,
      reason,
      count: (known?.count ?? 0) + 1,
      firstSeen: known?.firstSeen ?? lastSeen,
      lastSeen,
      requestId,
    });
    const [oldest] = this.#groups.keys();
    if (this.#groups.size > MAX_GROUPS && oldest) this.#groups.delete(oldest);
  }

  /**
   * The groups, most recently seen first.
   *
   * @param since Epoch milliseconds; groups not seen since are left out.
   */
  list(since: number): ErrorGroup[] {
    return [...this.#groups.values()]
      .filter(({ lastSeen }) => lastSeen >= since)
      .toReversed();
  }
}

/** Longest reason that is kept, in characters. */
const MAX_REASON = 300;

/** The same text for all errors that differ only in numbers and ids. */
function toPattern(reason: string): string {
  return reason.slice(0, MAX_REASON)
    .replaceAll(/\b[\w-]*\d[\w-]*\b/g, "#")
    .replaceAll(/#(?:[\s.,:/]*#)+/g, "#");
}
