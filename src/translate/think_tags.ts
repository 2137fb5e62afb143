/** A piece of an answer's text, split into reasoning and answer. */
export interface TaggedText {
  thinking: string;
  text: string;
}

/** Which tags to look for in an answer. */
export interface ThinkTagsOptions {
  /** Name of the tag; `null`: there is none. */
  tag: string | null;
  /** The opening tag is in the prompt: the model continues after it. */
  isPrefilled: boolean;
}

/**
 * Separates reasoning from the answer when a server leaves the model's tags in
 * its text (cc-switch#4488). Only a tag at the beginning counts: a later one is
 * an answer about tags.
 *
 * After a prefilled tag everything is reasoning until it closes, and is
 * reported as such at once. If it is never closed, it may have been the answer.
 *
 * @example A tag cut by the network
 * ```ts
 * import { ThinkTags } from "./think_tags.ts";
 * import { deepStrictEqual as deepEqual } from "node:assert";
 *
 * const tags = new ThinkTags({ tag: "think", isPrefilled: false });
 * deepEqual(tags.push("<thi"), { thinking: "", text: "" });
 * deepEqual(tags.push("nk>a</think>b"), { thinking: "a", text: "b" });
 * ```
 */
export class ThinkTags {
  readonly #open: string;
  readonly #close: string;
  #isPrefilled: boolean;
  /** Before the tag, inside it, at the answer's first letter, in the answer. */
  #place: "before" | "inside" | "after" | "answer";
  #held = "";
  #isFirst = true;
  /** What was reported as reasoning because of a prefilled tag. */
  #taken = "";

  constructor({ tag, isPrefilled }: ThinkTagsOptions) {
    this.#open = `<${tag}>`;
    this.#close = `</${tag}>`;
    this.#isPrefilled = isPrefilled;
    this.#place = tag === null ? "answer" : "before";
  }

  /** Whether no tag can come any more: the rest is answer. */
  get isPast(): boolean {
    return this.#place === "answer";
  }

  /** What was reported as reasoning although there was no tag at either end. */
  get unclosed(): string {
    return this.#place === "inside" ? this.#taken : "";
  }

  /** Reasoning came in its own field: the server handles the prompt's tag. */
  expectOpen(): void {
    if (this.#place === "before") this.#isPrefilled = false;
  }

  /** Adds a piece of text; what may be part of a tag is held back. */
  push(piece: string): TaggedText {
    if (this.#place === "answer") return { thinking: "", text: piece };
    this.#held += piece;
    if (this.#place === "before" && !this.#enter()) {
      return { thinking: "", text: this.#release() };
    }
    const thinking = this.#place === "inside" ? this.#think() : "";
    if (this.#isPrefilled) this.#taken += thinking;
    return { thinking, text: this.#afterwards() };
  }

  /** What was held back, at the answer's end. */
  rest(): TaggedText {
    const held = this.#held;
    this.#held = "";
    if (this.#place === "inside" && this.#isPrefilled) this.#taken += held;
    return this.#place === "inside"
      ? { thinking: held, text: "" }
      : { thinking: "", text: this.#place === "after" ? "" : held };
  }

  /** Enters the tag, if it is there. */
  #enter(): boolean {
    const start = this.#held.trimStart();
    if (start.startsWith(this.#open)) {
      this.#held = start.slice(this.#open.length);
      this.#isPrefilled = false;
    } else if (!this.#isPrefilled || this.#open.startsWith(start)) return false;
    this.#place = "inside";
    return true;
  }

  /** The held text, unless it may still become a tag. */
  #release(): string {
    if (this.#open.startsWith(this.#held.trimStart())) return "";
    this.#place = "answer";
    return this.#take(this.#held.length);
  }

  /** Text that is certainly reasoning, without the empty lines around it. */
  #think(): string {
    if (this.#isFirst) this.#held = this.#held.trimStart();
    const end = this.#held.indexOf(this.#close);
    const isOver = end !== -1;
    const length = isOver ? end : this.#held.length - this.#startOfClose();
    const thinking = this.#take(this.#held.slice(0, length).trimEnd().length);
    if (thinking !== "") this.#isFirst = false;
    if (isOver) {
      this.#take(this.#held.indexOf(this.#close) + this.#close.length);
      this.#place = "after";
    }
    return thinking;
  }

  /** How much of the held text's end may begin the closing tag. */
  #startOfClose(): number {
    const longest = Math.min(this.#held.length, this.#close.length - 1);
    for (let length = longest; length > 0; length--) {
      if (this.#close.startsWith(this.#held.slice(-length))) return length;
    }
    return 0;
  }

  /** The answer's text, without the empty lines after the tag. */
  #afterwards(): string {
    if (this.#place !== "after") return "";
    this.#held = this.#held.trimStart();
    if (this.#held === "") return "";
    this.#place = "answer";
    return this.#take(this.#held.length);
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }
}
