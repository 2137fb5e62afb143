import type { Delta, ToolUseBlock } from "../anthropic/message.ts";
import type { ToolCallDelta } from "../openai/chat.ts";
import { parseArguments } from "./arguments.ts";
import type { OpenBlock } from "./block_writer.ts";
import { JsonScanner } from "./json_scanner.ts";

/**
 * One call as its fragments arrive.
 *
 * Arguments that begin as a JSON object are passed on as they arrive. Anything
 * else (`null`, JSON inside a JSON string, a code fence) is collected, and
 * repaired when the call closes.
 */
export class ToolCall implements OpenBlock {
  /** The client's id for it. */
  readonly id: string;
  readonly #toClientName: (name: string) => string;
  readonly #scanner = new JsonScanner();
  #name = "";
  #collected = "";
  #isObject = false;

  /** The upstream's index; several calls may share one, or have none. */
  readonly index: number | null;
  readonly upstreamId: string;

  constructor(
    delta: ToolCallDelta,
    { id, toClientName }: {
      id: string;
      toClientName: (name: string) => string;
    },
  ) {
    this.index = delta.index ?? null;
    this.upstreamId = delta.id ?? "";
    this.id = id;
    this.#toClientName = toClientName;
  }

  get hasArguments(): boolean {
    return this.#isObject || this.#collected !== "";
  }

  /** Adds a fragment of the name, or the whole name again. */
  addName(name: string): void {
    if (this.hasArguments || name === this.#name) return;
    this.#name += name;
  }

  /** Adds a fragment of the arguments; returns what may be passed on now. */
  addArguments(fragment: string): string {
    if (this.#isObject) return this.#scanner.push(fragment);
    const isFirst = this.#collected === "";
    this.#collected += isFirst ? fragment.trimStart() : fragment;
    if (!this.#collected.startsWith("{")) return "";
    this.#isObject = true;
    return this.#scanner.push(this.#collected);
  }

  shell(): ToolUseBlock {
    return {
      type: "tool_use",
      id: this.id,
      name: this.#toClientName(this.#name),
      input: {},
      caller: { type: "direct" },
    };
  }

  isDone(): boolean {
    return this.#scanner.complete;
  }

  last(): Delta[] {
    if (this.#isObject || this.#collected.trim() === "") return [];
    const input = parseArguments(this.#collected);
    return [{ type: "input_json_delta", partial_json: JSON.stringify(input) }];
  }
}
