import { ApiError } from "../anthropic/errors.ts";
import type { Usage } from "../anthropic/message.ts";
import { EventSplitter, joinBytes } from "./event_splitter.ts";
import { readUsage } from "./passthrough_usage.ts";
import { spliceString } from "./splice_string.ts";

/** Most that is held back, in bytes: no event or prelude may be longer. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

/** Beginning of nearly every event of a stream; such events need no parsing. */
const DELTA = new TextEncoder().encode("event: content_block_delta\n");

const encoder = new TextEncoder();

/** Result of one piece of the stream. */
export interface Relayed {
  /** Whole events to pass on, perhaps none. */
  bytes: Uint8Array;
  /** Data of an `error` event that followed them; it is not passed on. */
  error: string | null;
}

/**
 * Passes Messages API events from upstream to client: the bytes stay the same,
 * except for the model's name in `message_start`.
 *
 * Only whole events are passed on, so that a ping or an error of ours can come
 * between any two. What comes before `message_start` (pings, comments) waits
 * for it: until then the answer may still be a refusal. What comes after
 * `message_stop` is dropped: a server with Chat Completions beside the Messages
 * API may send `[DONE]` in both, and the SDKs fail on that as broken JSON.
 */
export class EventRelay {
  readonly #splitter = new EventSplitter();
  readonly #decoder = new TextDecoder();
  readonly #model: string;
  /** `message_start` is not passed on: the client already has one. */
  readonly #isResumed: boolean;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isStarted = false;
  #isEnded = false;
  #usage: Usage | null = null;
  #startUsage: Record<string, unknown> = {};

  /**
   * @param model The model's name as the client gave it.
   * @param given `isStarted`: the client already has `message_start`.
   */
  constructor(model: string, { isStarted = false } = {}) {
    this.#model = model;
    this.#isResumed = isStarted;
  }

  /** Whether `message_stop` has come. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The upstream's counts so far; `null`: none. */
  get usage(): Usage | null {
    return this.#usage;
  }

  /**
   * @param read Cut anywhere; valid until the next call.
   * @throws {ApiError} `api_error` for more than can be held back.
   */
  push(read: Uint8Array): Relayed {
    let error: string | null = null;
    for (const event of this.#splitter.push(read)) {
      if (this.#isEnded || error !== null) break;
      error = this.#pass(event);
    }
    const bytes = this.#take();
    if (this.#splitter.openBytes + this.#waitingBytes > MAX_HELD_BYTES) {
      throw new ApiError("api_error", "Upstream sent no event for too long", {
        status: 502,
      });
    }
    return { bytes, error };
  }

  /** @returns The data of an `error` event, else `null`. */
  #pass(event: Uint8Array): string | null {
    if (startsWith(event, DELTA)) {
      this.#add(event, true);
      return null;
    }
    const { name, data } = readFields(this.#decoder.decode(event));
    switch (name) {
      case "error":
        return data;
      case "message_start":
        this.#add(this.#start(event, data), true);
        break;
      case "message_delta":
        this.#add(this.#delta(event, data), true);
        break;
      case "message_stop":
        this.#isEnded = true;
        this.#add(event, true);
        break;
      default:
        this.#add(event, name.startsWith("content_block_"));
    }
    return null;
  }

  /** `message_start` with the model's name as the client knows it. */
  #start(event: Uint8Array, data: string): Uint8Array {
    const { usage, model } = Object(parseJson(data).message);
    this.#usage = readUsage(usage, this.#usage);
    if (this.#isResumed) {
      this.#startUsage = Object(usage);
      return new Uint8Array();
    }
    if (model === this.#model) return event;
    const spliced = spliceString(data, ["message", "model"], this.#model);
    const lines = spliced.replaceAll("\n", "\ndata: ");
    return encoder.encode(`event: message_start\ndata: ${lines}\n\n`);
  }

  /** `message_delta`, with the counts of a dropped `message_start`. */
  #delta(event: Uint8Array, data: string): Uint8Array {
    const delta = parseJson(data);
    this.#usage = readUsage(delta.usage, this.#usage);
    if (!this.#isResumed) return event;
    const usage = { ...this.#startUsage, ...Object(delta.usage) };
    const json = JSON.stringify({ ...delta, usage });
    return encoder.encode(`event: message_delta\ndata: ${json}\n\n`);
  }

  #add(event: Uint8Array, starts: boolean): void {
    this.#waiting.push(event);
    this.#waitingBytes += event.byteLength;
    this.#isStarted ||= starts;
  }

  #take(): Uint8Array {
    if (!this.#isStarted) return new Uint8Array();
    const bytes = joinBytes(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }
}

/** Fields of one event; the name is empty for a comment. */
function readFields(text: string): { name: string; data: string } {
  let name = "";
  const data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, field, value = ""] = /^(\w+):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
  }
  return { name, data: data.join("\n") };
}

function parseJson(data: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(data));
  } catch {
    return {}; // passed on unchanged; the client will report it
  }
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.every((byte, i) => bytes[i] === byte);
}
