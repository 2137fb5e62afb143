import { createParser } from "eventsource-parser";
import { ApiError } from "../anthropic/errors.ts";
import type { UpstreamFailure } from "../openai/errors.ts";
import type { StreamFormat } from "./stream_format.ts";

/** Longest event, in characters; a longer one would only fill memory. */
const MAX_EVENT_CHARS = 32 * 1024 * 1024;

/** What a piece of the stream contained. */
export interface Parsed<T> {
  chunks: T[];
  /** The failure the upstream reported after these chunks. */
  failure: UpstreamFailure | null;
  /** What followed them could not be understood: `api_error`. */
  nonsense: ApiError | null;
}

/**
 * Parses an answer's server-sent events into chunks. Pieces may be cut
 * anywhere, even inside a character.
 */
export class ChunkParser<T> {
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: ({ event, data }) => this.#event(event, data),
    onError: (error) => {
      if (error.type !== "max-buffer-size-exceeded") return; // `id:` and the like
      this.#give({ nonsense: unreadable("an event that is too long", error) });
    },
  });
  readonly #format: StreamFormat<T>;
  #parsed: Parsed<T> = nothing();
  #sawSentinel = false;

  constructor(format: StreamFormat<T>) {
    this.#format = format;
  }

  /** Whether the upstream has said that it is done. */
  get sawSentinel(): boolean {
    return this.#sawSentinel;
  }

  push(bytes: Uint8Array): Parsed<T> {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    return this.#take();
  }

  /** Parses a last event that is not ended by a blank line. */
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
