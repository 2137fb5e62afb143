import { createParser } from "eventsource-parser";
import { ApiError } from "../anthropic/errors.ts";
import type { UpstreamFailure } from "../openai/errors.ts";
import type { StreamFormat } from "./stream_format.ts";

/** Longest event, in characters; a longer one would only fill the memory. */
const MAX_EVENT_CHARS = 32 * 1024 * 1024;

/** What came out of a piece of the stream. */
export interface Parsed<T> {
  chunks: T[];
  /** The failure the upstream reported after these chunks. */
  failure: UpstreamFailure | null;
  /** What followed them makes no sense: `api_error`. */
  nonsense: ApiError | null;
}

/**
 * Server-sent events of an answer to chunks. Pieces may be cut anywhere, inside
 * a character too.
 */
export class ChunkParser<T> {
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: ({ event, data }) => this.#event(event, data),
    onError: (error) => {
      if (error.type !== "max-buffer-size-exceeded") return; // `id:`-like extras
      this.#give({ nonsense: unreadable("an event that is too long", error) });
    },
  });
  readonly #format: StreamFormat<T>;
  #parsed: Parsed<T> = nothing();
  #sawSentinel = false;

  constructor(format: StreamFormat<T>) {
    this.#format = format;
  }

  /** Whether the upstream has said that this is all. */
  get sawSentinel(): boolean {
    return this.#sawSentinel;
  }

  push(bytes: Uint8Array): Parsed<T> {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    return this.#take();
  }

  /** Takes a last event that no blank line has ended. */
  end(): Parsed<T> {
    this.#parser.feed(`${this.#decoder.decode()}\n\n`);
    return this.#take();
  }

  #event(event: string | undefined, data: string): void {
    const { failure, nonsense } = this.#parsed;
    if (failure || nonsense || this.#sawSentinel) return;
    const read = this.#format.readEvent(event, data);
    if (!read) {
      const what = `what is no ${this.#format.name}`;
      this.#give({ nonsense: unreadable(what) });
    } else if (read.failure) this.#give({ failure: read.failure });
    else if (read.piece) this.#parsed.chunks.push(read.piece);
    this.#sawSentinel = read?.isLast ?? false;
  }

  #give(end: Partial<Parsed<T>>): void {
    this.#parsed = { ...this.#parsed, ...end };
  }

  #take(): Parsed<T> {
    const parsed = this.#parsed;
    this.#parsed = nothing();
    return parsed;
  }
}

function nothing<T>(): Parsed<T> {
  return { chunks: [], failure: null, nonsense: null };
}

function unreadable(what: string, cause?: unknown): ApiError {
  return new ApiError("api_error", `Upstream sent ${what}`, {
    status: 502,
    cause,
  });
}
