import { ApiError, toApiError } from "../anthropic/errors.ts";
import type { Turn } from "../stream/message_stream.ts";
import { parseJson } from "../parse_json.ts";
import { EventRelay, type Relayed } from "../translate/event_relay.ts";
import {
  type PassedEvent,
  toPassedEvents,
} from "../translate/passed_message.ts";
import { type Answer, isWhole, readWhole } from "./answer.ts";

/** What a relay is made of. */
export interface RelayOptions {
  /** The upstream's name, for messages. */
  upstream: string;
  /** The model's name as the client gave it. */
  model: string;
  /** The client already has `message_start`. */
  isStarted?: boolean;
  /** Sends the request; resolves when the upstream has accepted it. */
  open: () => Promise<Answer>;
  /** Ends the upstream's work. */
  abort: AbortController;
  /** Translates a failure the upstream reports instead of or in its answer. */
  toError: (body: string, headers: Headers) => ApiError;
}

const encoder = new TextEncoder();

/**
 * A message's events as the upstream sends them, or those of a whole message.
 * An answer without `message_stop` ends in an error: otherwise Claude Code
 * would take the part for the whole.
 */
export function createRelay(
  { upstream, model, isStarted = false, open, abort, toError }: RelayOptions,
): Turn<Uint8Array> {
  const relay = new EventRelay(model, { isStarted });
  let answer: Answer | undefined;
  let failure: ApiError | undefined;
  let isEnded = false;

  /** Sends the request and reads the first bytes. */
  async function start(): Promise<Uint8Array> {
    answer = await open();
    const first = await answer.reader.read();
    if (!first || !isWhole(answer.headers, first)) return take(first, answer);
    const text = await readWhole(answer, first);
    const message = Object(parseJson(text));
    if (message.type !== "message") throw toError(text, answer.headers);
    return take(encodePassed(toPassedEvents(message)), answer);
  }

  function take(
    read: Uint8Array | null,
    { reader, headers, settle }: Answer,
  ): Uint8Array {
    if (read === null) throw incomplete(upstream);
    const { bytes, error } = pass(read);
    if (error !== null) {
      failure = toError(error, headers); // after what came before it
      abort.abort(failure);
    } else if (relay.isEnded) {
      isEnded = true;
      settle(null);
      reader.drain();
    }
    return bytes;
  }

  function pass(read: Uint8Array): Relayed {
    try {
      return relay.push(read);
    } catch (error) {
      abort.abort(error); // otherwise the upstream would go on writing
      throw error;
    }
  }

  return {
    start: () => [],
    keepAlive: () => [{ type: "ping" }],
    async next() {
      try {
        while (!isEnded && !failure) {
          const bytes = answer
            ? take(await answer.reader.read(), answer)
            : await start();
          if (bytes.length > 0) return bytes;
        }
      } catch (error) {
        answer?.settle(toApiError(error));
        throw error;
      }
      if (failure) throw failure;
      return null;
    },
    cancel(reason) {
      if (!isEnded) abort.abort(reason);
    },
    get usage() {
      return relay.usage;
    },
  };
}

function encodePassed(events: readonly PassedEvent[]): Uint8Array {
  const text = events.map((event) =>
    `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
  );
  return encoder.encode(text.join(""));
}

function incomplete(upstream: string): ApiError {
  return new ApiError(
    "api_error",
    `Upstream ${upstream} closed the connection before the answer's end`,
    { status: 502 },
  );
}
