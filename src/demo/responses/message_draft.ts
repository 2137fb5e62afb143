import type { Draft, Event, FinalStatus, OutputItem } from "./draft.ts";
import type { Stroke } from "./strokes.ts";

interface TextPart {
  type: "output_text";
  text: string;
  annotations: unknown[];
  logprobs: unknown[];
}

type Part = TextPart | { type: "refusal"; refusal: string };

/** Writes a message of the model: text, a refusal, or both. */
export class MessageDraft implements Draft {
  readonly begun: OutputItem;
  readonly #parts: Part[] = [];

  constructor(id: string, phase: string | null) {
    this.begun = {
      id,
      type: "message",
      status: "in_progress",
      content: [],
      role: "assistant",
      ...(phase === null ? {} : { phase }),
    };
  }

  write(stroke: Stroke): Event[] {
    switch (stroke.kind) {
      case "text": {
        const { part, events } = this.#textPart();
        part.text += stroke.text;
        return [...events, {
          type: "response.output_text.delta",
          content_index: this.#parts.length - 1,
          delta: stroke.text,
          logprobs: [],
        }];
      }
      case "refusal":
        return this.#writeRefusal(stroke.text);
      case "citation": {
        const { part, events } = this.#textPart();
        const annotation = { type: "url_citation", ...stroke.citation };
        part.annotations.push(annotation);
        return [...events, {
          type: "response.output_text.annotation.added",
          content_index: this.#parts.length - 1,
          annotation_index: part.annotations.length - 1,
          annotation,
        }];
      }
    }
    return [];
  }

  end(): Event[] {
    return this.#endPart();
  }

  finished(status: FinalStatus): OutputItem {
    return { ...this.begun, status, content: this.#parts };
  }

  #textPart(): { part: TextPart; events: Event[] } {
    const last = this.#parts.at(-1);
    if (last?.type === "output_text") return { part: last, events: [] };
    const part: TextPart = {
      type: "output_text",
      annotations: [],
      logprobs: [],
      text: "",
    };
    return { part, events: this.#begin(part) };
  }

  #writeRefusal(text: string): Event[] {
    const last = this.#parts.at(-1);
    const part = last?.type === "refusal"
      ? last
      : { type: "refusal" as const, refusal: "" };
    const events = part === last ? [] : this.#begin(part);
    part.refusal += text;
    return [...events, {
      type: "response.refusal.delta",
      content_index: this.#parts.length - 1,
      delta: text,
    }];
  }

  #begin(part: Part): Event[] {
    const ended = this.#endPart();
    const content_index = this.#parts.push(part) - 1;
    return [...ended, {
      type: "response.content_part.added",
      content_index,
      part: structuredClone(part),
    }];
  }

  #endPart(): Event[] {
    const part = this.#parts.at(-1);
    if (!part) return [];
    const content_index = this.#parts.length - 1;
    const done = part.type === "refusal"
      ? { type: "response.refusal.done", refusal: part.refusal }
      : { type: "response.output_text.done", text: part.text, logprobs: [] };
    return [
      { ...done, content_index },
      { type: "response.content_part.done", content_index, part },
    ];
  }
}
