import type { ContentBlock, Delta } from "../anthropic/message.ts";
import type { OpenBlock } from "./block_writer.ts";
import { encodeSignature } from "./signature.ts";

/** Whether the client is shown thinking, only its signature, or no block at all. */
export type ThinkingMode = "shown" | "omitted" | "off";

/** Reasoning as it arrives; its last delta is the signature. */
export class ThinkingBlock implements OpenBlock {
  readonly #mode: ThinkingMode;
  readonly #origin: { dialect: string; model: string };
  #hidden: string[] = [];
  #details: unknown[] = [];

  constructor(mode: ThinkingMode, origin: { dialect: string; model: string }) {
    this.#mode = mode;
    this.#origin = origin;
  }

  /** Takes reasoning text; returns what the client is shown of it. */
  add(text: string): string {
    if (this.#mode === "shown") return text;
    this.#hidden.push(text);
    return "";
  }

  /** Takes what the upstream wants back as it is. */
  carry(details: unknown[]): void {
    this.#details.push(...details);
  }

  shell(): ContentBlock {
    return { type: "thinking", thinking: "", signature: "" };
  }

  isDone(): boolean {
    return true;
  }

  last(): Delta[] {
    const signature = encodeSignature({
      ...this.#origin,
      ...(this.#hidden.length > 0 ? { text: this.#hidden.join("") } : {}),
      ...(this.#details.length > 0 ? { details: this.#details } : {}),
    });
    return [{ type: "signature_delta", signature }];
  }
}
