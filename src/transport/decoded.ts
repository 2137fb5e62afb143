import { Readable, type Transform } from "node:stream";
import { createInflate, createZstdDecompress } from "node:zlib";
import { ApiError } from "../anthropic/errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What Deno's fetch does not decode. Uses node:zlib, which has backpressure:
 * DecompressionStream expands 64 KB to 64 MB in one piece, and lacks zstd.
 */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  deflate: () => createInflate(),
  zstd: () => createZstdDecompress(),
};

/** Encodings that `fetch` has already decoded. */
const DECODED = ["", "identity", "gzip", "x-gzip", "br"];

/**
 * A response's body, decoded. The headers still describe encoded bytes: Deno
 * leaves `content-encoding` and `content-length` unchanged.
 *
 * @throws {ApiError} 502 for an encoding nobody asked for.
 */
export function decoded(
  { body, headers }: Response,
): ReadableStream<Bytes> | null {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (!body || DECODED.includes(encoding)) return body;
  const decoder = DECODERS[encoding];
  if (decoder) return through(decoder(), body);
  body.cancel().catch(() => {}); // otherwise the connection would wait for a reader
  throw new ApiError(
    "api_error",
    `Upstream answered in an unknown encoding, "${encoding.slice(0, 100)}"`,
    { status: 502 },
  );
}

/**
 * Not `Duplex.toWeb`: its stream throws an uncatchable error when it is
 * cancelled while data arrive.
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
  decoder.on("error", () => {}); // `pieces` throws it, if anyone reads them
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
