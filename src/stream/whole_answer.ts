import type { Turn } from "./message_stream.ts";
import type { CountedUsage } from "../translate/counted_usage.ts";

/** A whole message. */
export interface WholeMessage {
  /** JSON. */
  body: string;
  /** `null` if the upstream reported none. */
  usage: CountedUsage | null;
}

/** Options for {@linkcode createWholeAnswer}. */
export interface WholeAnswerOptions {
  /** @throws {ApiError} when the answer fails. */
  read: () => Promise<WholeMessage>;
  cancel: (reason: unknown) => void;
}

/** An answer for a client that wants it whole: one read returns its JSON. */
export function createWholeAnswer(
  { read, cancel }: WholeAnswerOptions,
): Turn<Uint8Array<ArrayBuffer>> {
  let message: WholeMessage | undefined;
  return {
    start: () => [],
    keepAlive: () => [],
    async next() {
      if (message) return null;
      message = await read();
      return new TextEncoder().encode(message.body);
    },
    cancel,
    get usage() {
      return message?.usage ?? null;
    },
  };
}
