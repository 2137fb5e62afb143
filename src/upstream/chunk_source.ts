import { ApiError } from "../anthropic/errors.ts";
import { parseFailure, type UpstreamFailure } from "../openai/errors.ts";
import { parseJson } from "../parse_json.ts";
import { type Answer, isWhole, readWhole } from "./answer.ts";
import { ChunkParser } from "./chunk_parser.ts";
import type { StreamFormat } from "./stream_format.ts";

/** The chunks of one answer, read on demand. A whole answer is one chunk. */
export interface ChunkSource<T> {
  /**
   * The chunks of the next read, at least one; `null` when all have been read.
   * The first call sends the request.
   *
   * @throws {ApiError} when the upstream refuses, fails or falls silent.
   */
  read(): Promise<T[] | null>;
  /** Whether nothing more will come: what was read is the whole answer. */
  readonly isEnded: boolean;
  /** Whether the upstream said that it is done, or sent a whole answer. */
  readonly sawSentinel: boolean;
  /**
   * Ends the upstream's work, unless it has ended.
   *
   * @param reason An {@linkcode ApiError} if the answer was not acceptable,
   * even if it has ended.
   */
  cancel(reason?: unknown): void;
}

/** What a {@linkcode ChunkSource} is made of. */
export interface ChunkSourceOptions<T> {
  format: StreamFormat<T>;
  /** The upstream's name, for messages. */
  upstream: string;
  /** Sends the request; resolves when the upstream has accepted it. */
  open: () => Promise<Answer>;
  /** Ends the upstream's work. */
  abort: AbortController;
  /** Translates a failure that the upstream reports inside its answer. */
  toError: (failure: UpstreamFailure, headers: Headers) => ApiError;
  /**
   * Whether to resend the request after such a failure, if it is the first
   * thing the upstream sends.
   */
  asksAgain: (failure: UpstreamFailure, headers: Headers) => boolean;
}

/** Creates a {@linkcode ChunkSource}. */
export function createChunkSource<T>(
  { format, upstream, open, abort, toError, asksAgain }: ChunkSourceOptions<T>,
): ChunkSource<T> {
  let parser = new ChunkParser(format);
  let answer: Answer | undefined;
  let error: ApiError | undefined;
  let isEnded = false;
  let hasWhole = false;
  let hasChunks = false;

  /** Sends the request and reads the first chunks. */
  async function start(): Promise<T[]> {
    answer = await open();
    const first = await answer.reader.read();
    if (!first || !isWhole(answer.headers, first)) return parse(first, answer);
    const text = await readWhole(answer, first);
    const whole = format.readWhole(parseJson(text));
    if (whole?.failure && forgets(whole.failure, answer)) return [];
    isEnded = true;
    if (whole?.failure) throw toError(whole.failure, answer.headers);
    if (!whole?.piece) throw noAnswer(text);
    hasWhole = whole.isLast ?? false;
    return [whole.piece];
  }

  function parse(bytes: Uint8Array | null, given: Answer): T[] {
    const { reader, headers } = given;
    const { chunks, failure, nonsense } = bytes
      ? parser.push(bytes)
      : parser.end();
    hasChunks ||= chunks.length > 0;
    if (failure && forgets(failure, given)) return [];
    error = failure ? toError(failure, headers) : nonsense ?? undefined;
    if (error) abort.abort(error); // otherwise the upstream would go on writing
    isEnded = bytes === null || parser.sawSentinel;
    if (bytes && isEnded) reader.drain();
    return chunks;
  }

  /** Whether to drop a failure and resend the request. */
  function forgets(failure: UpstreamFailure, given: Answer): boolean {
    if (hasChunks || !asksAgain(failure, given.headers)) return false;
    given.reader.drain();
    answer = undefined;
    parser = new ChunkParser(format);
    return true;
  }

  function noAnswer(text: string): ApiError {
    const message = parseFailure(text).message.slice(0, 300);
    return new ApiError(
      "api_error",
      `Upstream ${upstream} answered with what is no ${format.name}: ${message}`,
      { status: 502 },
    );
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
    cancel(reason) {
      if (!isEnded) abort.abort(reason);
      else answer?.settle(reason instanceof ApiError ? reason : null);
    },
  };
}
