/**
 * Translates Responses API events to Messages stream events. Pure: no I/O, no
 * clock, no randomness.
 *
 * @module
 */
import type { StreamEvent } from "../anthropic/message.ts";
import type {
  AnyItem,
  ResponseBody,
  ResponsesEvent,
} from "../openai/responses_events.ts";
import type { AnswerContext } from "./answer_context.ts";
import type { CountedUsage } from "./counted_usage.ts";
import { MessageWriter } from "./message_writer.ts";
import { openItem, type ToldItem } from "./responses_output.ts";
import type { Translator } from "./translator.ts";
import { toResponsesUsage } from "./usage.ts";

/** A status or reason in Chat Completions terms. */
const FINISH_REASONS = new Map([
  ["max_output_tokens", "length"],
  ["content_filter", "content_filter"],
]);

/**
 * Translates the events of one response to the events of one message.
 *
 * Items are written as they arrive. What an item's last event, or the whole
 * response, repeats makes up for what was not streamed.
 */
export class ResponsesTranslator implements Translator<ResponsesEvent> {
  readonly #writer: MessageWriter;
  /** Current and finished items, in order; and the latest at each place. */
  readonly #told: Told[] = [];
  readonly #byPlace = new Map<number, Told>();
  #latest = 0;
  #finishReason: string | null = null;

  constructor(context: AnswerContext) {
    this.#writer = new MessageWriter(context);
  }

  get isFinished(): boolean {
    return this.#finishReason !== null;
  }

  get isStopped(): boolean {
    return this.#writer.isStopped;
  }

  get usage(): CountedUsage | null {
    return this.#writer.counted();
  }

  start(): StreamEvent[] {
    return this.#writer.start();
  }

  keepAlive(): StreamEvent[] {
    return this.#writer.keepAlive();
  }

  /** Translates one event. Events after a stop sequence only add usage. */
  push(event: ResponsesEvent): StreamEvent[] {
    this.#translate(event);
    return this.#writer.take();
  }

  /** A response without a final event was cut off, whatever came last. */
  end(): StreamEvent[] {
    this.#writer.end(this.#finishReason);
    return this.#writer.take();
  }

  #translate(event: ResponsesEvent): void {
    const place = event.output_index ?? this.#latest;
    this.#latest = place;
    const at = this.#byPlace.get(place);
    switch (event.type) {
      case "response.output_item.added":
        if (!at?.id || at.id !== event.item.id) this.#begin(place, event.item);
        break;
      case "response.output_item.done": {
        const { item } = event;
        const told = at?.type === item.type ? at : this.#begin(place, item);
        told.item.done(item);
        break;
      }
      case "response.output_text.annotation.added":
        if (event.annotation) at?.item.cite?.(event.annotation);
        break;
      case "response.completed":
        this.#complete(event.response);
        this.#finishReason = "stop";
        break;
      case "response.incomplete": {
        this.#complete(event.response);
        const reason = event.response.incomplete_details?.reason ?? "unknown";
        this.#finishReason = FINISH_REASONS.get(reason) ?? reason;
        break;
      }
      case "response.failed": // handled as a failure before it gets here
        break;
      default:
        at?.item.delta?.(event);
    }
  }

  /**
   * Adds what was not streamed, or only in part. Items are matched by id or, if
   * ids change (Copilot), by order; some servers count from 1.
   */
  #complete({ output, usage }: ResponseBody): void {
    const left = [...this.#told];
    const ids = new Set(left.map(({ id }) => id));
    const isNamed = output?.some(({ id }) => id && ids.has(id)) ?? false;
    for (const [place, item] of (output ?? []).entries()) {
      const at = left.findIndex(({ id, type }) =>
        type === item.type && (!isNamed || id === item.id)
      );
      const [known] = at === -1 ? [] : left.splice(at, 1);
      const told = known ?? this.#begin(place, item);
      told.item.done(item);
    }
    if (usage) this.#writer.usage = toResponsesUsage(usage);
  }

  #begin(place: number, given: AnyItem): Told {
    const { id, type } = given;
    const item = openItem(given, { place, writer: this.#writer });
    const told = { id, type, item };
    this.#told.push(told);
    this.#byPlace.set(place, told);
    return told;
  }
}

/** An item the client has been sent. */
interface Told extends Pick<AnyItem, "id" | "type"> {
  item: ToldItem;
}
