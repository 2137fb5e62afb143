import type { AnyItem, SourceAnnotation } from "../openai/responses_events.ts";
import type { MessageWriter } from "./message_writer.ts";
import type { ItemDelta, ToldItem } from "./responses_output.ts";

/** The model's text, as its pieces arrive. */
export class ToldText implements ToldItem {
  readonly #writer: MessageWriter;
  /** How much of each of its parts has been sent, in characters. */
  readonly #sent = new Map<number, number>();

  constructor({ phase }: AnyItem, writer: MessageWriter) {
    this.#writer = writer;
    const isKnown = phase === "commentary" || phase === "final_answer";
    writer.nextText(isKnown ? phase : undefined);
  }

  delta({ type, content_index, delta }: ItemDelta): void {
    const isRefusal = type === "response.refusal.delta";
    this.#tell(delta, { part: content_index ?? 0, isRefusal });
  }

  cite({ url, title }: SourceAnnotation): void {
    if (url) this.#writer.cite([{ url_citation: { url, title } }]);
  }

  done({ content }: AnyItem): void {
    for (const [part, piece] of (content ?? []).entries()) {
      for (const annotation of piece.annotations ?? []) this.cite(annotation);
      const isRefusal = typeof piece.refusal === "string";
      const whole = piece.refusal ?? piece.text ?? "";
      const rest = whole.slice(this.#sent.get(part) ?? 0);
      this.#tell(rest, { part, isRefusal });
    }
  }

  #tell(
    text: string,
    { part, isRefusal }: { part: number; isRefusal: boolean },
  ): void {
    this.#sent.set(part, (this.#sent.get(part) ?? 0) + text.length);
    if (isRefusal) this.#writer.refuse(text);
    else this.#writer.say(text);
  }
}
