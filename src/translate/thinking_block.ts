import type { ContentBlock, Delta } from "../anthropic/message.ts";
import type { OutputMessageItem, ReasoningItem } from "../openai/responses.ts";
import type { OpenBlock } from "./block_writer.ts";
import { isObject } from "./arguments.ts";
import { joinDetails } from "./reasoning_details.ts";
import { encodeSignature, type Origin } from "./signature.ts";

/** The Responses API's phase of a text. */
export type Phase = NonNullable<OutputMessageItem["phase"]>;

/** Whether the client gets thinking, only its signature, or no block at all. */
export type ThinkingMode = "shown" | "omitted" | "off";

/** Reasoning as it arrives; its last delta is the signature. */
export class ThinkingBlock implements OpenBlock {
  readonly #mode: ThinkingMode;
  readonly #origin: Origin;
  #hidden: string[] = [];
  #details: unknown[] = [];
  #callIds: Record<string, string> = {};
  #call: unknown = undefined;
  #turn: unknown = undefined;
  #item: ReasoningItem | undefined;
  #before: string | undefined;
  #phase: Phase | undefined;

  constructor(mode: ThinkingMode, origin: Origin) {
    this.#mode = mode;
    this.#origin = origin;
  }

  /** Adds reasoning text; returns what the client is shown of it. */
  add(text: string): string {
    if (this.#mode === "shown") return text;
    this.#hidden.push(text);
    return "";
  }

  /** Adds details, which the upstream needs back unchanged. */
  carry(details: readonly unknown[]): void {
    this.#details.push(...details);
  }

  /**
   * Adds what must be sent back with the call after this block.
   *
   * @param upstreamId The upstream's id of the call, used in details.
   * @param id The id the client gets.
   * @param extra Gemini's signature of the call.
   */
  precede(
    { upstreamId, id, extra }: {
      upstreamId?: string | null | undefined;
      id: string;
      extra?: unknown;
    },
  ): void {
    if (upstreamId) this.#callIds[upstreamId] = id;
    this.#call = extra ?? undefined;
    this.#before = id;
  }

  /** Adds the Responses API's item, which must be returned unchanged. */
  carryItem(item: ReasoningItem): void {
    this.#item = item;
  }

  /** Adds what comes after this block, if it is not a call. */
  precedeOther(what: "text" | "thinking", phase?: Phase): void {
    this.#before = what;
    this.#phase = phase;
  }

  /** Adds Gemini's signature of its turn's text. */
  sign(signature: unknown): void {
    this.#turn = signature;
  }

  shell(): ContentBlock {
    return { type: "thinking", thinking: "", signature: "" };
  }

  isDone(): boolean {
    return true;
  }

  last(): Delta[] {
    const details = joinDetails(this.#details);
    const hasDetails = details.length > 0;
    const named = details.filter(isObject).map(({ id }) => id);
    const isNamed = Object.keys(this.#callIds).some((id) => named.includes(id));
    const isToldAgain = hasDetails || this.#item !== undefined;
    const signature = encodeSignature({
      ...this.#origin,
      ...(this.#hidden.length > 0 && !isToldAgain
        ? { text: this.#hidden.join("") }
        : {}),
      ...(hasDetails ? { details } : {}),
      ...(isNamed ? { callIds: this.#callIds } : {}),
      ...(this.#call === undefined ? {} : { call: this.#call }),
      ...(this.#turn === undefined ? {} : { turn: this.#turn }),
      ...(this.#item ? { item: this.#item, before: this.#before } : {}),
      ...(this.#phase ? { phase: this.#phase } : {}),
    });
    return [{ type: "signature_delta", signature }];
  }
}
