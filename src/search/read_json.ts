/** Longest answer of a search engine, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** A useless answer of a search engine. */
export class SearchFailure extends Error {
  override readonly name = "SearchFailure";

  constructor(message: string, readonly status?: number) {
    super(message);
  }
}

/**
 * Reads a search engine's answer.
 *
 * @throws {SearchFailure} if it is an error, too long, or not JSON.
 */
export async function readJson(
  { ok, status, body }: Response,
): Promise<unknown> {
  if (!ok) {
    await body?.cancel();
    throw new SearchFailure(`it answered with status ${status}`, status);
  }
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MAX_BYTES) {
      throw new SearchFailure(`its answer is over ${MAX_BYTES} bytes`);
    }
    text += decoder.decode(piece, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    throw new SearchFailure("its answer is no JSON");
  }
}
