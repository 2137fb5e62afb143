import type { ErrorBody } from "../anthropic/errors.ts";
import type { Delta, StreamEvent } from "../anthropic/message.ts";

/** Anything written as an event: its name is its type. */
export type WrittenEvent = StreamEvent | ErrorBody;

/** Size of the buffers that bytes are sliced from. */
const SLAB_BYTES = 8 * 1024;

/** Most bytes UTF-8 takes for one UTF-16 unit of a string. */
const MAX_BYTES_PER_CHAR = 3;

const encoder = new TextEncoder();

/**
 * Writes events as server-sent events, `event: ping\ndata: {…}\n\n`. Each
 * stream has its own encoder: a buffer for every few words would cost more in
 * garbage collection than the words themselves.
 */
export class EventEncoder {
  /** The rest of the slab; no byte of it is used twice. */
  #free = new Uint8Array();

  /** Encodes events into one piece. */
  encode(events: readonly WrittenEvent[]): Uint8Array {
    let text = "";
    for (const event of events) {
      text += `event: ${event.type}\ndata: ${toJson(event)}\n\n`;
    }
    const maxBytes = text.length * MAX_BYTES_PER_CHAR;
    if (maxBytes > SLAB_BYTES) return encoder.encode(text);
    if (maxBytes > this.#free.length) this.#free = new Uint8Array(SLAB_BYTES);
    const { written } = encoder.encodeInto(text, this.#free);
    const bytes = this.#free.subarray(0, written);
    this.#free = this.#free.subarray(written);
    return bytes;
  }
}

/** Equals `JSON.stringify(event)`; most events of a stream differ in a word. */
export function toJson(event: WrittenEvent): string {
  if (event.type !== "content_block_delta") return JSON.stringify(event);
  const { index, delta } = event;
  const json = deltaToJson(delta);
  return `{"type":"content_block_delta","index":${index},"delta":${json}}`;
}

function deltaToJson(delta: Delta): string {
  switch (delta.type) {
    case "text_delta":
      return `{"type":"text_delta","text":${JSON.stringify(delta.text)}}`;
    case "thinking_delta": {
      const thinking = JSON.stringify(delta.thinking);
      return `{"type":"thinking_delta","thinking":${thinking}}`;
    }
    case "input_json_delta": {
      const json = JSON.stringify(delta.partial_json);
      return `{"type":"input_json_delta","partial_json":${json}}`;
    }
    default:
      return JSON.stringify(delta);
  }
}
