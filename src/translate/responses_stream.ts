/**
 * Events of the Responses API in, Messages stream events out. Pure: no I/O, no
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

/** A reason to end in the words of Chat Completions. */
const FINISH_REASONS = new Map([
  ["max_output_tokens", "length"],
  ["content_filter", "content_filter"],
]);

/**
 * Translates the events of one response to the events of one message.
 *
 * Items are told as they come. What an item says again when it is done, or the
 * response as a whole, makes up for what was not streamed.
 */
export class ResponsesTranslator implements Translator<ResponsesEvent> {
  readonly #writer: MessageWriter;
  /** Items under way and done, by their place in the output. */
  readonly #items = new Map<number, ToldItem>();
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

  /** Translates one event. Events after a stop sequence add nothing but usage. */
  push(event: ResponsesEvent): StreamEvent[] {
    this.#translate(event);
    return this.#writer.take();
  }

  /** A response that did not say how it ended was cut off, whatever came last. */
  end(): StreamEvent[] {
    this.#writer.end(this.#finishReason);
    return this.#writer.take();
  }

  #translate(event: ResponsesEvent): void {
    const place = event.output_index ?? this.#latest;
    this.#latest = place;
    switch (event.type) {
      case "response.output_item.added":
        this.#itemAt(place, event.item);
        break;
      case "response.output_item.done":
        this.#itemAt(place, event.item).done(event.item);
        break;
      case "response.output_text.annotation.added":
        if (event.annotation) this.#items.get(place)?.cite?.(event.annotation);
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
      case "response.failed": // read as a failure before it comes here
        break;
      default:
        this.#items.get(place)?.delta?.(event);
    }
  }

  /** What was not streamed, or not to its end. */
  #complete({ output, usage }: ResponseBody): void {
    for (const [place, item] of (output ?? []).entries()) {
      this.#itemAt(place, item).done(item);
    }
    if (usage) this.#writer.usage = toResponsesUsage(usage);
  }

  #itemAt(place: number, item: AnyItem): ToldItem {
    const known = this.#items.get(place);
    if (known) return known;
    const begun = openItem(item, { place, writer: this.#writer });
    this.#items.set(place, begun);
    return begun;
  }
}
