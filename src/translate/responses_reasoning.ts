import type { ReasoningItem } from "../openai/responses.ts";
import type { AnyItem } from "../openai/responses_events.ts";
import type { MessageWriter } from "./message_writer.ts";
import type { ItemDelta, ToldItem } from "./responses_output.ts";
import type { ThinkingBlock } from "./thinking_block.ts";

/**
 * The model's reasoning, as far as it is shown. A client that asked for
 * thinking gets a block even if nothing is shown: its signature carries the
 * reasoning, which the upstream needs back.
 */
export class ToldReasoning implements ToldItem {
  readonly #writer: MessageWriter;
  /** `undefined` until the client gets it. */
  #block: ThinkingBlock | null | undefined;
  /** Last part of the summary that was sent. */
  #part = 0;
  #sentChars = 0;

  constructor(writer: MessageWriter) {
    this.#writer = writer;
  }

  delta({ summary_index, content_index, delta }: ItemDelta): void {
    const part = summary_index ?? content_index ?? 0;
    if (part !== this.#part && this.#sentChars > 0) this.#tell("\n\n");
    this.#part = part;
    this.#tell(delta);
  }

  done(item: AnyItem): void {
    const carried = toCarried(item);
    if (this.#sentChars === 0) this.#tell(toText(item));
    if (carried) this.#open()?.carryItem(carried);
  }

  #tell(text: string): void {
    if (text === "") return;
    this.#open();
    this.#sentChars += text.length;
    this.#writer.think(text);
  }

  #open(): ThinkingBlock | null {
    this.#block ??= this.#writer.nextThinking();
    return this.#block;
  }
}

/** The item to send back; `null` if it would be empty. */
function toCarried(
  { id, summary, content, encrypted_content }: AnyItem,
): ReasoningItem | null {
  if (!id) return null;
  const thoughts = (content ?? []).map(({ text }) => ({
    type: "reasoning_text" as const,
    text: text ?? "",
  }));
  if (!encrypted_content && thoughts.length === 0) return null;
  return {
    type: "reasoning",
    id,
    summary: (summary ?? []).map(({ text }) => ({
      type: "summary_text" as const,
      text: text ?? "",
    })),
    ...(thoughts.length > 0 ? { content: thoughts } : {}),
    ...(encrypted_content ? { encrypted_content } : {}),
  };
}

/** What the client may read of it. */
function toText({ summary, content }: AnyItem): string {
  const parts = summary?.length ? summary : content ?? [];
  return parts.map(({ text }) => text ?? "").join("\n\n");
}
