import type { StreamEvent } from "../anthropic/message.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";
import type { Translator } from "../translate/translator.ts";
import { joinDeltas } from "./join_deltas.ts";
import type { ChunkSource } from "../upstream/chunk_source.ts";

/**
 * A message's events, read on demand: as objects, or as the bytes of whole
 * events.
 */
export interface EventSource<
  T extends StreamEvent[] | Uint8Array = StreamEvent[] | Uint8Array,
> {
  /**
   * `message_start`, unless sent: what is known before the upstream replies.
   */
  start(): StreamEvent[];
  /** Events that only say that the answer is still pending. */
  keepAlive(): StreamEvent[];
  /**
   * The events of the next read, at least one; `null` after the last.
   *
   * @throws {ApiError} when the answer fails.
   */
  next(): Promise<T | null>;
  /** Nobody reads on: ends the upstream's work. */
  cancel(reason?: unknown): void;
}

/** An answer, in whatever form its events have. */
export interface Turn<
  T extends StreamEvent[] | Uint8Array = StreamEvent[] | Uint8Array,
> extends EventSource<T> {
  /** What it has used so far; `null`: unknown. */
  readonly usage: CountedUsage | null;
}

/** One turn of the model. */
export type ModelTurn = Turn<StreamEvent[]>;

/** What a {@linkcode ModelTurn} is made of. */
export interface MessageStreamOptions<T> {
  source: ChunkSource<T>;
  translator: Translator<T>;
  /** How long the usage chunk may take after a finish reason, in ms. */
  usageMs: number;
}

/** Reads chunks and translates them, one read at a time. */
export function createMessageStream<T>(
  { source, translator, usageMs }: MessageStreamOptions<T>,
): ModelTurn {
  let isEnded = false;
  let failure: unknown;

  /** Translates the chunks of one read, and the end if it was the last. */
  function translate(chunks: T[] | null): StreamEvent[] {
    const events: StreamEvent[] = [];
    try {
      for (const chunk of chunks ?? []) {
        for (const event of translator.push(chunk)) events.push(event);
      }
      if (chunks === null || source.isEnded || translator.isStopped) {
        isEnded = true;
        const { sawSentinel } = source;
        events.push(...translator.end({ sawSentinel }));
        source.cancel("the answer is complete");
      }
    } catch (error) {
      failure = error; // after what came before it
    }
    return joinDeltas(events);
  }

  /** The usage chunk follows the finish reason, or the stream just ends. */
  async function readTrailer(): Promise<T[] | null> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, usageMs, null);
    });
    try {
      // A late usage chunk, or a broken connection, no longer changes anything.
      const trailer = source.read().catch(() => null);
      return await Promise.race([trailer, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    start: () => translator.start(),
    keepAlive: () => translator.keepAlive(),
    async next() {
      try {
        while (!isEnded && failure === undefined) {
          const chunks = translator.isFinished
            ? await readTrailer()
            : await source.read();
          const events = translate(chunks);
          if (events.length > 0) return events;
        }
        if (failure !== undefined) throw failure;
      } catch (error) {
        source.cancel(error); // an unreadable upstream would go on writing for nobody
        throw error;
      }
      return null;
    },
    cancel: (reason) => source.cancel(reason),
    get usage() {
      return translator.usage;
    },
  };
}
