import { z } from "zod";
import type { StoreBytes } from "../store/store.ts";
import { Recording } from "./recording.ts";

/** What is stored of an answer besides its body. */
export interface AnswerHead {
  /** `content-type`, if the upstream sent one. */
  contentType: string | null;
  /** When the answer was complete, epoch milliseconds. */
  createdAt: number;
  /** How long the upstream took, in milliseconds. */
  tookMs: number;
  /** Size of the body, in bytes. */
  length: number;
}

/** A stored answer. */
export interface StoredAnswer extends AnswerHead {
  body: Recording;
}

const AnswerHead = z.object({
  contentType: z.string().nullable(),
  createdAt: z.number(),
  tookMs: z.number(),
  length: z.number(),
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Encodes an answer: its head's length, its head as JSON, the packed body. */
export function encodeAnswer({ body, ...head }: StoredAnswer): StoreBytes {
  const packed = body.pack(head.length);
  const json = encoder.encode(JSON.stringify(head));
  const bytes = new Uint8Array(4 + json.length + packed.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  bytes.set(packed, 4 + json.length);
  return bytes;
}

/** Decodes what {@linkcode encodeAnswer} wrote; `null` for anything else. */
export function decodeAnswer(bytes: StoreBytes): StoredAnswer | null {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    const json = decoder.decode(bytes.subarray(4, 4 + length));
    const head = AnswerHead.parse(JSON.parse(json));
    const body = Recording.unpack(bytes.subarray(4 + length));
    return body.length === head.length ? { ...head, body } : null;
  } catch {
    return null; // written by another version or program
  }
}
