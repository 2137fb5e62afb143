import { type ByteReader, openByteReader } from "./byte_reader.ts";
import { decoded } from "./decoded.ts";

/** The beginning of an answer, its body still to be read. */
export interface Received {
  ok: boolean;
  status: number;
  /** As received; those about the body's encoding and length are obsolete. */
  headers: Headers;
  /** Decoded. Must be read to the end or cancelled; `null`: there is none. */
  body: ByteReader | null;
}

/** @throws {ApiError} 502 for an answer that cannot be decoded. */
export function receive(response: Response): Received {
  const { ok, status, headers } = response;
  const body = decoded(response);
  return { ok, status, headers, body: body && openByteReader(body) };
}
