import { Duplex } from "node:stream";
import { createInflate, createZstdDecompress } from "node:zlib";
import { ApiError } from "../anthropic/errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Decodes as it is read, a few kilobytes at a time. */
type Decoder = ReadableWritablePair<Bytes, Bytes>;

/**
 * What Deno's fetch does not decode. By node:zlib, which keeps backpressure:
 * DecompressionStream makes 64 MB of 64 KB in one piece, and knows no zstd.
 */
const DECODERS: Readonly<Record<string, () => Decoder>> = {
  deflate: () => Duplex.toWeb(createInflate()) as Decoder,
  zstd: () => Duplex.toWeb(createZstdDecompress()) as Decoder,
};

/** Encodings that `fetch` has decoded when it hands a body over. */
const DECODED = ["", "identity", "gzip", "x-gzip", "br"];

/**
 * A response's body without its encoding. The headers still tell of encoded
 * bytes: Deno leaves `content-encoding` and `content-length` as they were.
 *
 * @throws {ApiError} 502 for an encoding nobody has asked for.
 */
export function decoded(
  { body, headers }: Response,
): ReadableStream<Bytes> | null {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (!body || DECODED.includes(encoding)) return body;
  const decoder = DECODERS[encoding];
  if (decoder) return body.pipeThrough(decoder());
  body.cancel().catch(() => {}); // or the connection would wait for a reader
  throw new ApiError(
    "api_error",
    `Upstream answered in an unknown encoding, "${encoding.slice(0, 100)}"`,
    { status: 502 },
  );
}
