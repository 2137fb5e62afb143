import type { ErrorType } from "../anthropic/errors.ts";
import type { Cost } from "../cost/cost.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";
import type { CacheOutcome } from "../cache/cache_use.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
import type { Target } from "../models/select_target.ts";
import type { TraceParent } from "../trace/trace_parent.ts";
import type { TimelineRecord } from "./timeline.ts";

/** How a request ended: answered, with an error, or the client left. */
export type Outcome = "finished" | "failed" | "client gone";

/** An error as reported to the client. */
export interface RecordedError {
  type: ErrorType;
  reason: string;
  /** HTTP status it has, or would have had before the status line was sent. */
  status: number;
}

/** The outcome of one request. */
export interface RequestRecord {
  requestId: string;
  method: string;
  /** The route's pattern; never the path, which the client chooses. */
  route: string;
  /** From the status line; a stream may have failed after its 200. */
  status: number;
  outcome: Outcome;
  error: RecordedError | null;
  /** Epoch milliseconds. */
  startedAt: number;
  durationMs: number;
  /** The trace it belongs to; `null`: none, or tracing is off. */
  traceParent: TraceParent | null;
  /** More about a request for a message; `null` for others. */
  message: MessageRecord | null;
}

/** The outcome of a request for a message. */
export interface MessageRecord {
  /** Claude Code's session. */
  session: string | undefined;
  /** The model's name as the client gave it. */
  model: string;
  /** Name of the upstream that answered, or was asked last. */
  upstream: string;
  /** The upstream's name for its model. */
  upstreamModel: string;
  isStream: boolean;
  /** Attempts made at upstreams. */
  attempts: number;
  /** Waits before them, for a place or a retry, in milliseconds. */
  waitedMs: number;
  /** What the response cache did; `hit` and `shared` cost nothing. */
  cache: CacheOutcome;
  /** As counted by the upstream, or estimated; `null`: unknown. */
  usage: CountedUsage | null;
  /** Its cost. */
  cost: Cost | null;
  /**
   * Estimate of the prompt in the target's tokens, as sent to the client.
   * `null`: the upstream was not asked.
   */
  toldTokens: number | null;
  /** To learn from; never for logs. `null`: there is nothing to learn. */
  sent: SentPrompt | null;
  /** What could not be passed on unchanged. */
  notices: readonly string[];
  /** From the request's arrival to the first event or the whole answer. */
  firstEventMs: number | null;
  timeline: TimelineRecord;
}

/** A prompt, its target, and its estimated length. */
export interface SentPrompt {
  request: MessagesRequest;
  target: Target;
  /** Estimate of the prompt. */
  estimatedTokens: number;
}

/** Called with every request when it has ended. */
export type Observer = (record: RequestRecord) => void;

/** Calls all of them, one after the other. */
export function toAll(observers: readonly Observer[]): Observer {
  return (record) => observers.forEach((observe) => observe(record));
}

/** What {@linkcode RequestRecorder} starts with. */
export interface RecorderOptions {
  requestId: string;
  method: string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Monotonic clock, in milliseconds. */
  clock: () => number;
  traceParent: TraceParent | null;
  observe: Observer;
}

/** Collects the outcome of one request, and reports it once. */
export class RequestRecorder {
  readonly #options: RecorderOptions;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly #cameAt: number;
  #route = "none";
  #status = 0;
  #error: RecordedError | null = null;
  #message: MessageRecord | null = null;
  #outcome: Outcome | null = null;
  #isHeld = false;
  #isTold = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.startedAt = options.now();
    this.#cameAt = options.clock();
  }

  /** Milliseconds since the request arrived. */
  get elapsedMs(): number {
    return this.#options.clock() - this.#cameAt;
  }

  /** Sets what is known about a message so far. */
  message(message: MessageRecord): void {
    this.#message = message;
  }

  /** Sets the error the client gets. */
  fail(error: RecordedError): void {
    this.#error = error;
  }

  /** The request ends with its body, not with its status line. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The status line is sent. */
  answered({ route, status }: { route: string; status: number }): void {
    this.#route = route;
    this.#status = status;
    if (!this.#isHeld) this.#outcome ??= outcomeOf(this.#error);
    this.#tell();
  }

  /** Nothing more will be sent; only the first call counts. */
  end(outcome: Outcome): void {
    this.#outcome ??= outcome;
    this.#tell();
  }

  /** Reports, once both the status line and the end are known. */
  #tell(): void {
    if (this.#isTold || this.#status === 0 || !this.#outcome) return;
    this.#isTold = true;
    const { requestId, method, traceParent, observe } = this.#options;
    observe({
      requestId,
      method,
      route: this.#route,
      status: this.#status,
      outcome: this.#outcome,
      error: this.#error,
      startedAt: this.startedAt,
      durationMs: this.elapsedMs,
      traceParent,
      message: this.#message,
    });
  }
}

function outcomeOf(error: RecordedError | null): Outcome {
  if (!error) return "finished";
  return error.status === 499 ? "client gone" : "failed";
}
