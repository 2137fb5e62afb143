import { ApiError } from "../anthropic/errors.ts";
import { type ChatChunk, ChatCompletion, toChunk } from "../openai/chat.ts";
import {
  parseFailure,
  readFailure,
  type UpstreamFailure,
} from "../openai/errors.ts";
import { parseJson } from "../parse_json.ts";
import { type Answer, isWhole, readWhole } from "./answer.ts";
import { ChunkParser, type Parsed } from "./chunk_parser.ts";

/**
 * The chunks of one answer, read when they are asked for. A whole completion is
 * one chunk.
 */
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
  /** Whether the upstream said that this is all: `[DONE]`, or a whole answer. */
  readonly sawSentinel: boolean;
  /** What has been read is a whole, good answer, worth keeping. */
  keep(): void;
  /** Ends the upstream's work, unless it has ended. */
  cancel(reason?: unknown): void;
}

/** What a {@linkcode ChunkSource} is made of. */
export interface ChunkSourceOptions {
  /** The upstream's name, for messages. */
  upstream: string;
  /** Sends the request; resolves when the upstream has accepted it. */
  open: () => Promise<Answer>;
  /** Ends the upstream's work. */
  abort: AbortController;
  /** Translates a failure that the upstream reports inside its answer. */
  toError: (failure: UpstreamFailure, headers: Headers) => ApiError;
}

/** Makes a {@linkcode ChunkSource}. */
export function createChunkSource(
  { upstream, open, abort, toError }: ChunkSourceOptions,
): ChunkSource {
  const parser = new ChunkParser();
  let answer: Answer | undefined;
  let error: ApiError | undefined;
  let isEnded = false;
  let hasWhole = false;

  /** Sends the request and reads what comes first. */
  async function start(): Promise<ChatChunk[]> {
    answer = await open();
    const first = await answer.reader.read();
    if (!first || !isWhole(answer.headers, first)) return parse(first, answer);
    const text = await readWhole(answer, first);
    isEnded = true;
    const completion = ChatCompletion.safeParse(parseJson(text));
    if (!completion.success) throw noCompletion(upstream, text);
    const { error, choices } = completion.data;
    if (error) throw toError(readFailure(error), answer.headers);
    hasWhole = Boolean(choices?.length);
    return [toChunk(completion.data)];
  }

  function parse(
    bytes: Uint8Array | null,
    { reader, headers }: Answer,
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
      while (!error && !isEnded) {
        const chunks = answer
          ? parse(await answer.reader.read(), answer)
          : await start();
        if (chunks.length > 0) return chunks;
      }
      if (error) throw error;
      return null;
    },
    get isEnded() {
      return isEnded && !error;
    },
    get sawSentinel() {
      return parser.sawSentinel || hasWhole;
    },
    keep: () => answer?.keep?.(),
    cancel(reason) {
      if (!isEnded) abort.abort(reason);
    },
  };
}

function noCompletion(upstream: string, text: string): ApiError {
  const { message } = parseFailure(text);
  return new ApiError(
    "api_error",
    `Upstream ${upstream} answered with what is no completion: ${
      message.slice(0, 300)
    }`,
    { status: 502 },
  );
}
