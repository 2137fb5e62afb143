import { parseFailure, type UpstreamFailure } from "../openai/errors.ts";
import type { Patience } from "./patience.ts";

/** What goes over the wire, whichever API the upstream speaks. */
export interface UpstreamRequest {
  url: string;
  /** Those of this API and request; the rest is alike for all. */
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** An upstream's no, in its own words. */
export interface Refusal {
  status: number;
  failure: UpstreamFailure;
  /** Beginning of the body, or what stands for it. */
  body: string;
  headers: Headers;
}

/** How one attempt went: accepted, with the body still to be read, or refused. */
export type Outcome =
  | { response: Response; refusal?: never }
  | { response?: never; refusal: Refusal };

/** Longest error body that is read, in bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Sends a request once.
 *
 * @throws {ApiError} when the upstream cannot be reached, is silent for too
 * long, or the client has left.
 */
export async function attempt(
  { url, headers, body }: UpstreamRequest,
  { fetch, patience }: {
    fetch: typeof globalThis.fetch;
    patience: Patience;
  },
): Promise<Outcome> {
  return await patience.guard(async () => {
    const response = inflated(
      await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "ccproxy",
          ...headers,
        },
        body,
        redirect: "manual", // or keys and prompts would follow it anywhere
        signal: patience.abort.signal,
      }),
    );
    if (response.ok) return { response };
    const text = await readStart(response, MAX_ERROR_BYTES);
    const { status } = response;
    const failure = parseFailure(text);
    return {
      refusal: { status, failure, body: text, headers: response.headers },
    };
  });
}

/** Deno decodes gzip and brotli by itself, deflate it does not. */
function inflated(response: Response): Response {
  const { body, headers, status } = response;
  if (!body || headers.get("content-encoding") !== "deflate") return response;
  const decoded = body.pipeThrough(new DecompressionStream("deflate"));
  return new Response(decoded, { status, headers });
}

/** The beginning of a body; the rest is not read. */
async function readStart(
  { body }: Response,
  maxBytes: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of body ?? []) {
    text += decoder.decode(piece, { stream: true });
    bytes += piece.byteLength;
    if (bytes >= maxBytes) break; // which cancels the body
  }
  return text;
}
