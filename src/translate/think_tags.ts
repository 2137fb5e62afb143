/** A piece of an answer's text, told apart. */
export interface TaggedText {
  thinking: string;
  text: string;
}

/** Which tags an answer is to be looked through for. */
export interface ThinkTagsOptions {
  /** Name of the tag; `null`: there is none. */
  tag: string | null;
  /** The opening one stands in the prompt: the model goes on behind it. */
  isPrefilled: boolean;
}

/**
 * Tells reasoning from answer where a server leaves the model's tags in its
 * text (cc-switch#4488). Only a tag that the answer begins with counts: one
 * further on is an answer about tags.
 *
 * Behind a prefilled tag all is reasoning until it closes, and told as such at
 * once. What no tag has closed in the end may as well have been the answer.
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
  /** What was told as reasoning because of a prefilled tag. */
  #taken = "";

  constructor({ tag, isPrefilled }: ThinkTagsOptions) {
    this.#open = `<${tag}>`;
    this.#close = `</${tag}>`;
    this.#isPrefilled = isPrefilled;
    this.#place = tag === null ? "answer" : "before";
  }

  /** Whether no tag can come any more: all is answer. */
  get isPast(): boolean {
    return this.#place === "answer";
  }

  /** What was told as reasoning though no tag, neither first nor last, says so. */
  get unclosed(): string {
    return this.#place === "inside" ? this.#taken : "";
  }

  /** Reasoning has come by itself: the server takes the prompt's tag into account. */
  expectOpen(): void {
    if (this.#place === "before") this.#isPrefilled = false;
  }

  /** Takes a piece of text; what may yet be a part of a tag is held back. */
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

  /** Goes into the tag, if it is there. */
  #enter(): boolean {
    const start = this.#held.trimStart();
    if (start.startsWith(this.#open)) {
      this.#held = start.slice(this.#open.length);
      this.#isPrefilled = false;
    } else if (!this.#isPrefilled || this.#open.startsWith(start)) return false;
    this.#place = "inside";
    return true;
  }

  /** The held text, unless a tag may still come of it. */
  #release(): string {
    if (this.#open.startsWith(this.#held.trimStart())) return "";
    this.#place = "answer";
    return this.#take(this.#held.length);
  }

  /** Reasoning that is certain; the empty lines around it are not of it. */
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

  /** The answer's text; the empty lines below the tag are not of it. */
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
