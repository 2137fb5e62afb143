import { ApiError } from "../anthropic/errors.ts";
import type { AnswerReader } from "./answer_reader.ts";

/** An answer the upstream has begun: it accepted the request. */
export interface Answer {
  headers: Headers;
  /** Its body, still to be read. */
  reader: AnswerReader;
  /**
   * Reports how the answer turned out, `null`: it was whole. Only the first
   * report counts; errors thrown by the reader are already reported.
   */
  settle(error: ApiError | null): void;
}

/** Longest answer that is read whole, in bytes. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** Beginnings of JSON and HTML, which no event stream has. */
const WHOLE = /^\s*[{[<]/;

/**
 * Whether an answer is one document instead of an event stream: some upstreams
 * answer a streaming request with the whole, and not all say so.
 *
 * @param first The body's first bytes.
 */
export function isWhole(headers: Headers, first: Uint8Array): boolean {
  return headers.get("content-type")?.includes("application/json") ||
    WHOLE.test(new TextDecoder().decode(first.subarray(0, 64)));
}

/**
 * The text of an answer that is one document.
 *
 * @param first What has already been read of it, if anything.
 * @throws {ApiError} when the upstream fails, falls silent or does not end.
 */
export async function readWhole(
  { reader }: Answer,
  first?: Uint8Array,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (let read = first ?? await reader.read(); read !== null;) {
    text += decoder.decode(read, { stream: true });
    bytes += read.byteLength;
    if (bytes > MAX_WHOLE_BYTES) {
      const limit = `${MAX_WHOLE_BYTES / 1024 / 1024} MB`;
      const text = `Upstream sent more than ${limit}`;
      const error = new ApiError("api_error", text, { status: 502 });
      reader.cancel(error);
      throw error;
    }
    read = await reader.read();
  }
  return text + decoder.decode();
}
