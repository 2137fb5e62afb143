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

/** An error as the client was told it. */
export interface RecordedError {
  type: ErrorType;
  reason: string;
  /** HTTP status it has, or would have had before the status line was sent. */
  status: number;
}

/** What one request came to. */
export interface RequestRecord {
  requestId: string;
  method: string;
  /** The route's pattern; never the path, which is the client's to choose. */
  route: string;
  /** Of the status line; a stream may have failed after its 200. */
  status: number;
  outcome: Outcome;
  error: RecordedError | null;
  /** Epoch milliseconds. */
  startedAt: number;
  durationMs: number;
  /** Whose trace it belongs to; `null`: nobody's, or nobody asks. */
  traceParent: TraceParent | null;
  /** What a request for a message has beside; `null` for others. */
  message: MessageRecord | null;
}

/** What a request for a message came to. */
export interface MessageRecord {
  /** Claude Code's session. */
  session: string | undefined;
  /** The model's name as the client asked for it. */
  model: string;
  /** Name of the upstream that answered, or was asked last. */
  upstream: string;
  /** The upstream's name for its model. */
  upstreamModel: string;
  isStream: boolean;
  /** Requests made to upstreams. */
  attempts: number;
  /** Waits before them, for a place or for a retry, in milliseconds. */
  waitedMs: number;
  /** What the response cache did; on `hit` and `shared` it cost nothing. */
  cache: CacheOutcome;
  /** As the upstream counted, or estimated; `null` where nothing is known. */
  usage: CountedUsage | null;
  /** What that cost. */
  cost: Cost | null;
  /**
   * Estimate of the prompt in the target's tokens, as the client was told it.
   * `null`: the upstream was not asked.
   */
  toldTokens: number | null;
  /** To learn from; never for logs. `null`: there is nothing to learn. */
  sent: SentPrompt | null;
  /** What could not be passed on as it was. */
  notices: readonly string[];
  /** From the request's arrival to the first event or the whole answer. */
  firstEventMs: number | null;
  timeline: TimelineRecord;
}

/** A prompt, to whom it went, and how long it was taken to be. */
export interface SentPrompt {
  request: MessagesRequest;
  target: Target;
  /** Estimate of the prompt. */
  estimatedTokens: number;
}

/** Is told of every request when it has ended. */
export type Observer = (record: RequestRecord) => void;

/** Tells all of them, one after the other. */
export function toAll(observers: readonly Observer[]): Observer {
  return (record) => observers.forEach((observe) => observe(record));
}

/** What {@linkcode RequestRecorder} starts from. */
export interface RecorderOptions {
  requestId: string;
  method: string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Milliseconds of a clock that never goes back. */
  clock: () => number;
  traceParent: TraceParent | null;
  observe: Observer;
}

/** Gathers what one request comes to, and tells it once. */
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

  /** Milliseconds since the request came. */
  get elapsedMs(): number {
    return this.#options.clock() - this.#cameAt;
  }

  /** Adds what has been found out about a message so far. */
  message(message: MessageRecord): void {
    this.#message = message;
  }

  /** The error the client is told. */
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

  /** Nothing more will be sent; the first word counts. */
  end(outcome: Outcome): void {
    this.#outcome ??= outcome;
    this.#tell();
  }

  /** Once both the status line and the end are known. */
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
