import { ApiError } from "../anthropic/errors.ts";
import { parseFailure, type UpstreamFailure } from "../openai/errors.ts";
import type { Received } from "../transport/receive.ts";
import type { Transport } from "../transport/transport.ts";
import { createAnswerReader } from "./answer_reader.ts";
import type { Patience } from "./patience.ts";

/** What goes over the wire, whichever API the upstream speaks. */
export interface UpstreamRequest {
  url: string;
  /** Those specific to this API and request; the rest is common to all. */
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** An upstream's refusal, in its own words. */
export interface Refusal {
  status: number;
  failure: UpstreamFailure;
  /** Beginning of the body, or what replaces it. */
  body: string;
  headers: Headers;
}

/** Result of an attempt: accepted, with the body yet to be read, or refused. */
export type Outcome =
  | { response: Received; refusal?: never }
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
  { fetch, patience }: { fetch: Transport; patience: Patience },
): Promise<Outcome> {
  const response = await patience.awaitFirstByte(() =>
    fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "ccproxy",
        ...headers,
      },
      body,
      signal: patience.abort.signal,
    })
  );
  if (response.ok) return { response };
  const text = await readStart(response, patience);
  const failure = parseFailure(text);
  const { status } = response;
  return {
    refusal: { status, failure, body: text, headers: response.headers },
  };
}

/** The beginning of an error's body; the rest is not read. */
async function readStart(
  { body }: Received,
  patience: Patience,
): Promise<string> {
  const reader = createAnswerReader(body, { patience, onEnd() {} });
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (let read; (read = await reader.read()) !== null;) {
    text += decoder.decode(read, { stream: true });
    bytes += read.byteLength;
    if (bytes < MAX_ERROR_BYTES) continue;
    reader.cancel(new ApiError("api_error", "Its error is too long"));
    break;
  }
  return text;
}
