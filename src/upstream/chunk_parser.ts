import { createParser } from "eventsource-parser";
import { ApiError } from "../anthropic/errors.ts";
import { ChatChunk } from "../openai/chat.ts";
import { readFailure, type UpstreamFailure } from "../openai/errors.ts";
import { parseJson } from "../parse_json.ts";

/** Longest event, in characters; a longer one would only fill the memory. */
const MAX_EVENT_CHARS = 32 * 1024 * 1024;

/** What came out of a piece of the stream. */
export interface Parsed {
  chunks: ChatChunk[];
  /** The failure the upstream reported after these chunks. */
  failure: UpstreamFailure | null;
}

/**
 * Server-sent events of a chat completion to chunks. Pieces may be cut
 * anywhere, inside a character too.
 */
export class ChunkParser {
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: ({ event, data }) => this.#event(event, data),
    onError: (error) => {
      if (error.type !== "max-buffer-size-exceeded") return; // `id:`-like extras
      throw unreadable("an event that is too long", error);
    },
  });
  #parsed: Parsed = { chunks: [], failure: null };
  #sawSentinel = false;

  /** Whether `[DONE]` has come. */
  get sawSentinel(): boolean {
    return this.#sawSentinel;
  }

  /** @throws {ApiError} `api_error` for data that is no chunk. */
  push(bytes: Uint8Array): Parsed {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    return this.#take();
  }

  /** Takes a last event that no blank line has ended. */
  end(): Parsed {
    this.#parser.feed(`${this.#decoder.decode()}\n\n`);
    return this.#take();
  }

  #event(event: string | undefined, data: string): void {
    if (this.#parsed.failure || this.#sawSentinel) return;
    if (data.trim() === "[DONE]") {
      this.#sawSentinel = true;
      return;
    }
    const json = parseJson(data);
    if (event === "error") {
      this.#parsed.failure = readFailure(errorOf(json) ?? json ?? data);
      return;
    }
    const chunk = ChatChunk.safeParse(json);
    if (!chunk.success) throw unreadable("what is no chunk", chunk.error);
    if (chunk.data.error) this.#parsed.failure = readFailure(chunk.data.error);
    else this.#parsed.chunks.push(chunk.data);
  }

  #take(): Parsed {
    const parsed = this.#parsed;
    this.#parsed = { chunks: [], failure: null };
    return parsed;
  }
}

function errorOf(json: unknown): unknown {
  return typeof json === "object" && json !== null && "error" in json
    ? json.error
    : undefined;
}

function unreadable(what: string, cause: unknown): ApiError {
  return new ApiError("api_error", `Upstream sent ${what}`, {
    status: 502,
    cause,
  });
}
