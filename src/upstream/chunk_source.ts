import type { ApiError } from "../anthropic/errors.ts";
import { type ChatChunk, ChatCompletion, toChunk } from "../openai/chat.ts";
import { readFailure, type UpstreamFailure } from "../openai/errors.ts";
import { type ByteReader, createByteReader } from "./byte_reader.ts";
import { ChunkParser } from "./chunk_parser.ts";

/** How long a finished answer's connection may take to come free, in ms. */
const DRAIN_MS = 1_000;

/** The chunks of one answer, read when they are asked for. */
export interface ChunkSource {
  /**
   * The chunks of the next read, never none; `null` when all have been read.
   * The first call sends the request.
   *
   * @throws {ApiError} when the upstream refuses, fails or falls silent.
   */
  read(): Promise<ChatChunk[] | null>;
  /** Whether nothing more will come: what was read is the whole answer. */
  readonly isEnded: boolean;
  /** Whether the upstream sent `[DONE]`. */
  readonly sawSentinel: boolean;
  /** Ends the upstream's work, unless it has ended. */
  cancel(reason?: unknown): void;
}

/** What a {@linkcode ChunkSource} is made of. */
export interface ChunkSourceOptions {
  /** Sends the request; resolves when the upstream has accepted it. */
  open: () => Promise<Response>;
  /** Bounds a read in time and translates what it throws. */
  guard: <T>(action: () => Promise<T>) => Promise<T>;
  /** Translates a failure that the upstream reports inside its answer. */
  toError: (failure: UpstreamFailure, headers: Headers) => ApiError;
  abort: AbortController;
}

/** Makes a {@linkcode ChunkSource}. */
export function createChunkSource(
  { open, guard, toError, abort }: ChunkSourceOptions,
): ChunkSource {
  const parser = new ChunkParser();
  let answer: { headers: Headers; reader: ByteReader } | undefined;
  let error: ApiError | undefined;
  let isEnded = false;

  async function start(): Promise<ChatChunk[] | null> {
    const response = await open();
    const { headers, body } = response;
    if (!body) {
      isEnded = true;
      return null;
    }
    if (!headers.get("content-type")?.includes("application/json")) {
      const reader = createByteReader(body);
      // Once the Response is collected as garbage, Deno's fetch no longer hears
      // its signal: the upstream would go on for nobody. The reader is heard.
      abort.signal.addEventListener("abort", () => {
        reader.cancel(abort.signal.reason).catch(() => {}); // it is over anyway
      }, { once: true });
      answer = { headers, reader };
      return null;
    }
    // Some upstreams answer a request for a stream with the whole completion.
    const json: unknown = await guard(() => response.json());
    const completion = ChatCompletion.parse(json);
    isEnded = true;
    if (!completion.error) return [toChunk(completion)];
    throw toError(readFailure(completion.error), headers);
  }

  async function readOn(
    { reader, headers }: NonNullable<typeof answer>,
  ): Promise<ChatChunk[]> {
    const bytes = await guard(async () => {
      const bytes = await reader.read();
      if (bytes === null) abort.signal.throwIfAborted();
      return bytes;
    });
    const { chunks, failure } = bytes ? parser.push(bytes) : parser.end();
    if (failure) {
      error = toError(failure, headers);
      abort.abort(error);
    }
    isEnded = bytes === null || parser.sawSentinel;
    if (bytes && parser.sawSentinel) drain(reader);
    return chunks;
  }

  return {
    async read() {
      if (!answer && !isEnded) {
        const chunks = await start();
        if (chunks) return chunks;
      }
      while (answer && !error && !isEnded) {
        const chunks = await readOn(answer);
        if (chunks.length > 0) return chunks;
      }
      if (error) throw error;
      return null;
    },
    get isEnded() {
      return isEnded && !error;
    },
    get sawSentinel() {
      return parser.sawSentinel;
    },
    cancel(reason) {
      if (!isEnded) abort.abort(reason);
    },
  };
}

/**
 * Reads past `[DONE]` to the body's end, so that the connection is used again;
 * cancelling would close it.
 */
async function drain(reader: ByteReader): Promise<void> {
  const timer = setTimeout(() => void reader.cancel(), DRAIN_MS);
  try {
    while (await reader.read() !== null);
  } catch {
    // The answer is complete; how its connection ended is of no interest.
  } finally {
    clearTimeout(timer);
  }
}
