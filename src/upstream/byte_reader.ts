/** Size of the buffer that is read into, over and over. */
const BUFFER_BYTES = 16 * 1024;

/** Reads a body piece by piece; a piece is valid until the next read. */
export interface ByteReader {
  /** The next bytes, `null` at the end. */
  read(): Promise<Uint8Array | null>;
  cancel(reason?: unknown): Promise<void>;
}

/**
 * Reads `body` into one buffer that is used again and again. Deno's default
 * reader allocates 64 KiB for every chunk of a response, three times the cost.
 */
export function createByteReader(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): ByteReader {
  const reader = byobReader(body);
  if (!reader) return plainReader(body);
  let buffer = new Uint8Array(BUFFER_BYTES);
  return {
    async read() {
      const { value, done } = await reader.read(buffer);
      if (done || !value) return null;
      buffer = new Uint8Array(value.buffer); // the buffer was lent: take it back
      return value;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** `undefined` for a stream that is not made of bytes, as after decompression. */
function byobReader(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  try {
    return body.getReader({ mode: "byob" });
  } catch (error) {
    if (error instanceof TypeError && !body.locked) return undefined;
    throw error;
  }
}

function plainReader(body: ReadableStream<Uint8Array>): ByteReader {
  const reader = body.getReader();
  return {
    read: async () => (await reader.read()).value ?? null,
    cancel: (reason) => reader.cancel(reason),
  };
}
