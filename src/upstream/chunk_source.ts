import { ApiError } from "../anthropic/errors.ts";
import { type ChatChunk, ChatCompletion, toChunk } from "../openai/chat.ts";
import { readFailure, type UpstreamFailure } from "../openai/errors.ts";
import { type AnswerReader, createAnswerReader } from "./answer_reader.ts";
import { ChunkParser, type Parsed } from "./chunk_parser.ts";
import type { Patience } from "./patience.ts";

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
  patience: Patience;
  /** Translates a failure that the upstream reports inside its answer. */
  toError: (failure: UpstreamFailure, headers: Headers) => ApiError;
}

/** Makes a {@linkcode ChunkSource}. */
export function createChunkSource(
  { open, patience, toError }: ChunkSourceOptions,
): ChunkSource {
  const { abort } = patience;
  const parser = new ChunkParser();
  let answer: { headers: Headers; reader: AnswerReader } | undefined;
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
      const reader = createAnswerReader(body, patience);
      answer = { headers, reader };
      return null;
    }
    // Some upstreams answer a request for a stream with the whole completion.
    const text = await patience.guard(() => response.text());
    const completion = readCompletion(text);
    isEnded = true;
    if (!completion.error) return [toChunk(completion)];
    throw toError(readFailure(completion.error), headers);
  }

  function parse(
    bytes: Uint8Array | null,
    { reader, headers }: NonNullable<typeof answer>,
  ): ChatChunk[] {
    const { chunks, failure } = tryParse(bytes);
    if (failure) {
      error = toError(failure, headers);
      abort.abort(error);
    }
    isEnded = bytes === null || parser.sawSentinel;
    if (bytes && isEnded) reader.drain();
    return chunks;
  }

  function tryParse(bytes: Uint8Array | null): Parsed {
    try {
      return bytes ? parser.push(bytes) : parser.end();
    } catch (thrown) {
      abort.abort(thrown); // or the upstream would write on
      throw thrown;
    }
  }

  return {
    async read() {
      if (!answer && !isEnded) {
        const chunks = await start();
        if (chunks) return chunks;
      }
      while (answer && !error && !isEnded) {
        const chunks = parse(await answer.reader.read(), answer);
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

/** @throws {ApiError} `api_error` for what is no completion. */
function readCompletion(text: string): ChatCompletion {
  try {
    return ChatCompletion.parse(JSON.parse(text));
  } catch (cause) {
    throw new ApiError("api_error", "Upstream sent what is no completion", {
      status: 502,
      cause,
    });
  }
}
