import type { Draft, Event, OutputItem } from "./draft.ts";
import { seal } from "./sealed.ts";
import type { Stroke } from "./strokes.ts";

/** How much of reasoning is shown, and how it is sealed. */
export interface ReasoningOptions {
  /** Whether summaries were requested. */
  showsSummary: boolean;
  /** Whether `encrypted_content` was requested. */
  isEncrypted: boolean;
  /** The organization whose keys encrypt it. */
  organization: string;
  /** Type of the item that follows from it. */
  next: string | null;
}

/**
 * Writes a reasoning item: summaries if they are shown, plain-text reasoning if
 * there is any, and the sealed contents.
 */
export class ReasoningDraft implements Draft {
  readonly begun: OutputItem;
  readonly #options: ReasoningOptions;
  readonly #summaries: string[] = [];
  #thoughts = "";
  #isOpen = false;

  constructor(id: string, options: ReasoningOptions) {
    this.#options = options;
    this.begun = {
      id,
      type: "reasoning",
      summary: [],
      ...this.#sealed(id, null),
    };
  }

  write(stroke: Stroke): Event[] {
    if (stroke.kind === "reasoning") return this.#think(stroke.text);
    if (stroke.kind === "thought") return this.#thinkAloud(stroke.text);
    if (stroke.kind !== "reasoning item") return [];
    return stroke.summaries.flatMap((text) => {
      const ended = this.#endSummary();
      return [...ended, ...this.#think(text)];
    });
  }

  end(): Event[] {
    return [...this.#endSummary(), ...this.#endThoughts()];
  }

  #endSummary(): Event[] {
    if (!this.#isOpen) return [];
    this.#isOpen = false;
    const summary_index = this.#summaries.length - 1;
    const text = this.#summaries.at(-1) ?? "";
    return this.#show(
      { type: "response.reasoning_summary_text.done", summary_index, text },
      {
        type: "response.reasoning_summary_part.done",
        summary_index,
        part: { type: "summary_text", text },
      },
    );
  }

  finished(): OutputItem {
    const { id, type } = this.begun;
    const { next } = this.#options;
    const summary = this.#options.showsSummary
      ? this.#summaries.map((text) => ({ type: "summary_text", text }))
      : [];
    const content = this.#thoughts === ""
      ? {}
      : { content: [{ type: "reasoning_text", text: this.#thoughts }] };
    return { id, type, summary, ...content, ...this.#sealed(id, next) };
  }

  #thinkAloud(delta: string): Event[] {
    const isFirst = this.#thoughts === "";
    this.#thoughts += delta;
    const part = { type: "reasoning_text", text: "" };
    return [
      ...(isFirst
        ? [{ type: "response.content_part.added", content_index: 0, part }]
        : []),
      { type: "response.reasoning_text.delta", content_index: 0, delta },
    ];
  }

  #endThoughts(): Event[] {
    if (this.#thoughts === "") return [];
    const place = { content_index: 0 };
    const text = this.#thoughts;
    const part = { type: "reasoning_text", text };
    return [
      { type: "response.reasoning_text.done", ...place, text },
      { type: "response.content_part.done", ...place, part },
    ];
  }

  #think(delta: string): Event[] {
    const begun = this.#begin();
    const summary_index = this.#summaries.length - 1;
    this.#summaries[summary_index] += delta;
    return [
      ...begun,
      ...this.#show({
        type: "response.reasoning_summary_text.delta",
        summary_index,
        delta,
      }),
    ];
  }

  #begin(): Event[] {
    if (this.#isOpen) return [];
    this.#isOpen = true;
    const summary_index = this.#summaries.push("") - 1;
    return this.#show({
      type: "response.reasoning_summary_part.added",
      summary_index,
      part: { type: "summary_text", text: "" },
    });
  }

  #show(...events: Event[]): Event[] {
    return this.#options.showsSummary ? events : [];
  }

  /**
   * At the beginning it has less in it than at the end: only the last counts.
   */
  #sealed(id: string, next: string | null): { encrypted_content?: string } {
    const { isEncrypted, organization } = this.#options;
    if (!isEncrypted) return {};
    const reasoning = this.#summaries.join("\n");
    const contents = { id, next, reasoning };
    return { encrypted_content: seal(contents, organization) };
  }
}
