import { Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { ApiError } from "../anthropic/errors.ts";
import { boundBroken, withoutLoneSurrogates } from "./json_text.ts";
import { within } from "./within.ts";

/** The Messages API's own limit. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** How long a body may take to arrive, in milliseconds. */
const MAX_BODY_MS = 120_000;

/** Limits of {@linkcode readJson}. */
export interface JsonLimits {
  /** Measured after decompression. */
  maxBytes?: number;
  /** How long the body may take to arrive. */
  maxMs?: number;
}

/**
 * More than any real request has, but far below what overflows the stack or
 * blocks all other requests in parsing: 32 MB of `{},` take seconds and 1.5 GB.
 */
const BOUNDS = { maxDepth: 500, maxValues: 1_000_000 };

/**
 * Reads a request's JSON body, compressed or not.
 *
 * @throws {ApiError} `request_too_large` over `maxBytes`, `timeout_error` after
 * `maxMs`, `invalid_request_error` for an unknown encoding, invalid JSON, or
 * JSON of more than a million values or 500 levels.
 */
export async function readJson(
  request: Request,
  { maxBytes = MAX_BODY_BYTES, maxMs = MAX_BODY_MS }: JsonLimits = {},
): Promise<unknown> {
  const text = await within(readText(request, maxBytes), maxMs);
  const broken = boundBroken(text, BOUNDS);
  if (broken) {
    throw new ApiError(
      "invalid_request_error",
      broken === "maxDepth"
        ? `The request body is nested more than ${BOUNDS.maxDepth} deep`
        : `The request body has more than ${BOUNDS.maxValues} values`,
    );
  }
  try {
    return JSON.parse(withoutLoneSurrogates(text));
  } catch (cause) {
    throw new ApiError(
      "invalid_request_error",
      "The request body is not valid JSON",
      { cause },
    );
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const { headers } = request;
  const encoding = headers.get("content-encoding")?.toLowerCase() ?? "identity";
  const declared = headers.get("content-length");
  if (Number(declared) > maxBytes) throw tooLarge(maxBytes, encoding);
  const body = decoded(request.body, encoding);
  if (!body) return "";
  try {
    // Deno reads no more than the declared length, and that at once.
    if (declared !== null && encoding === "identity") {
      return await request.text();
    }
    return await readBounded(body, { maxBytes, encoding });
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(
      "invalid_request_error",
      "The request body cannot be read: it is cut off or not encoded as it says",
      { cause },
    );
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

function decoded(
  body: ReadableStream<Bytes> | null,
  encoding: string,
): AsyncIterable<Uint8Array> | null | undefined {
  switch (encoding) {
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      return body?.pipeThrough(new DecompressionStream("gzip"));
    case "deflate":
      return body?.pipeThrough(new DecompressionStream("deflate"));
    case "br":
      return body?.pipeThrough(new DecompressionStream("brotli"));
    case "zstd":
      return body && unzstd(body);
    default:
      throw new ApiError(
        "invalid_request_error",
        `Content-Encoding: expected gzip, deflate, br, zstd or none, got "${encoding}"`,
        { code: "request_body_encoding_unsupported" },
      );
  }
}

/** Uses node:zlib, since DecompressionStream does not support zstd. */
function unzstd(body: ReadableStream<Bytes>): AsyncIterable<Uint8Array> {
  const decoder = createZstdDecompress();
  const source = Readable.from(body);
  source.on("error", (error) => decoder.destroy(error));
  decoder.on("close", () => source.destroy());
  return source.pipe(decoder);
}

/** Measures while reading: a length may be missing, gzip may hide gigabytes. */
async function readBounded(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, encoding }: { maxBytes: number; encoding: string },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes, encoding);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(maxBytes: number, encoding: string): ApiError {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  return new ApiError(
    "request_too_large",
    `Request exceeds the maximum size of ${megabytes} MB`,
    encoding === "identity"
      ? {}
      : { code: "request_body_too_large_after_decoding" },
  );
}
