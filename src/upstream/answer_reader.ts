import { type ByteReader, createByteReader } from "./byte_reader.ts";

/** How long a finished answer's connection may take to come free, in ms. */
const DRAIN_MS = 1_000;

/**
 * Reads an answer's body until `signal` aborts.
 *
 * Once the Response is collected as garbage, Deno's fetch no longer hears its
 * signal: the upstream would go on for nobody. The reader is heard.
 */
export function readAnswer(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): ByteReader {
  const reader = createByteReader(body);
  signal.addEventListener("abort", () => {
    reader.cancel(signal.reason).catch(() => {}); // it is over anyway
  }, { once: true });
  return reader;
}

/**
 * Reads past an answer's last word to the body's end, so that the connection is
 * used again; cancelling would close it.
 */
export async function drain(reader: ByteReader): Promise<void> {
  const timer = setTimeout(() => void reader.cancel(), DRAIN_MS);
  try {
    while (await reader.read() !== null);
  } catch {
    // The answer is complete; how its connection ended is of no interest.
  } finally {
    clearTimeout(timer);
  }
}
