import { ApiError } from "../anthropic/errors.ts";
import { within } from "./within.ts";

/** Limits of {@linkcode readBytes}. */
export interface ByteLimits {
  maxBytes: number;
  /** How long the body may take to arrive. */
  maxMs: number;
}

/**
 * Reads a request's body as sent, compressed or not.
 *
 * @throws {ApiError} `request_too_large` over `maxBytes`, `timeout_error` after
 * `maxMs`, `invalid_request_error` for a truncated body.
 */
export function readBytes(
  { body, headers }: Request,
  { maxBytes, maxMs }: ByteLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  async function read(): Promise<Uint8Array<ArrayBuffer>> {
    if (Number(headers.get("content-length")) > maxBytes) throw tooLarge();
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    try {
      for await (const piece of body ?? []) {
        bytes += piece.byteLength;
        if (bytes > maxBytes) throw tooLarge();
        pieces.push(piece);
      }
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      const message = "The request body cannot be read: it is cut off";
      throw new ApiError("invalid_request_error", message, { cause });
    }
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
  }

  function tooLarge(): ApiError {
    const megabytes = Math.floor(maxBytes / 1024 / 1024);
    return new ApiError(
      "request_too_large",
      `Request exceeds the maximum size of ${megabytes} MB`,
    );
  }

  return within(read(), maxMs);
}
