import { Readable, type Transform } from "node:stream";
import { createInflate, createZstdDecompress } from "node:zlib";
import { ApiError } from "../anthropic/errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What Deno's fetch does not decode. By node:zlib, which keeps backpressure:
 * DecompressionStream makes 64 MB of 64 KB in one piece, and knows no zstd.
 */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  deflate: () => createInflate(),
  zstd: () => createZstdDecompress(),
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
  if (decoder) return through(decoder(), body);
  body.cancel().catch(() => {}); // or the connection would wait for a reader
  throw new ApiError(
    "api_error",
    `Upstream answered in an unknown encoding, "${encoding.slice(0, 100)}"`,
    { status: 502 },
  );
}

/**
 * Not by `Duplex.toWeb`, whose stream throws where nobody can catch it when it
 * is cancelled while data come.
 */
function through(
  decoder: Transform,
  body: ReadableStream<Bytes>,
): ReadableStream<Bytes> {
  const reader = body.getReader();
  async function* encoded() {
    for (let read; !(read = await reader.read()).done;) yield read.value;
  }
  const source = Readable.from(encoded());
  source.on("error", (error) => decoder.destroy(error));
  decoder.on("error", () => {}); // `pieces` throws it, if anybody asks
  const pieces = source.pipe(decoder)[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel(reason) {
      source.destroy();
      decoder.destroy();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
