import { ApiError } from "../anthropic/errors.ts";

/** What the Messages API itself takes at most. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * Reads a request's JSON body, compressed or not.
 *
 * @throws {ApiError} `request_too_large` over `maxBytes` (counted after
 * decompression), `invalid_request_error` for an unknown encoding or no JSON.
 */
export async function readJson(
  request: Request,
  maxBytes: number = MAX_BODY_BYTES,
): Promise<unknown> {
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
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
  if (Number(declared) > maxBytes) throw tooLarge(maxBytes);
  const body = decoded(request, encoding);
  if (!body) return "";
  if (declared !== null && encoding === "identity") return await request.text();
  return await readBounded(body, maxBytes);
}

function decoded(request: Request, encoding: string) {
  switch (encoding) {
    case "identity":
      return request.body;
    case "gzip":
    case "deflate":
      return request.body?.pipeThrough(new DecompressionStream(encoding));
    default:
      throw new ApiError(
        "invalid_request_error",
        `Content-Encoding: expected gzip, deflate or none, got "${encoding}"`,
        { code: "request_body_encoding_unsupported" },
      );
  }
}

/** Counts while it reads: a length may be absent, and a few kilobytes of gzip hold gigabytes. */
async function readBounded(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      text += decoder.decode(piece, { stream: true });
    }
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(
      "invalid_request_error",
      "The request body cannot be read: it is cut off or not encoded as it says",
      { cause },
    );
  }
  return text + decoder.decode();
}

function tooLarge(maxBytes: number): ApiError {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  return new ApiError(
    "request_too_large",
    `Request exceeds the maximum size of ${megabytes} MB`,
  );
}
