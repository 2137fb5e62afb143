import type { Span } from "../trace/span.ts";

/** Options for {@linkcode SpanBatches}. */
export interface SpanBatchesOptions {
  send: (batch: Span[]) => void;
  /** Spans that make a batch. */
  maxSpans?: number;
  /** How long they are gathered for, in milliseconds. */
  gatherMs?: number;
}

/** As OpenTelemetry's batch processor has them by default. */
const MAX_SPANS = 512, GATHER_MS = 5_000;

/** Gathers spans, so that a collector is not asked for each of them. */
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

  /** Sends what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length > 0) this.#options.send(batch);
  }
}
