import type { Span } from "../trace/span.ts";

/** Options for {@linkcode SpanBatches}. */
export interface SpanBatchesOptions {
  send: (batch: Span[]) => void;
  /** Spans per batch. */
  maxSpans?: number;
  /** How long they are collected, in milliseconds. */
  gatherMs?: number;
}

/** The defaults of OpenTelemetry's batch processor. */
const MAX_SPANS = 512, GATHER_MS = 5_000;

/** Collects spans, so that the collector does not get a request for each. */
export class SpanBatches {
  readonly #options: Required<SpanBatchesOptions>;
  #batch: Span[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    { send, maxSpans = MAX_SPANS, gatherMs = GATHER_MS }: SpanBatchesOptions,
  ) {
    this.#options = { send, maxSpans, gatherMs };
  }

  add(spans: readonly Span[]): void {
    if (spans.length === 0) return;
    this.#batch.push(...spans);
    if (this.#batch.length >= this.#options.maxSpans) return this.flush();
    this.#timer ??= setTimeout(() => this.flush(), this.#options.gatherMs);
  }

  /** Sends what has been collected. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length > 0) this.#options.send(batch);
  }
}
