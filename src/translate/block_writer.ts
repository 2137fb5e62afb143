import type { ContentBlock, Delta, StreamEvent } from "../anthropic/message.ts";

/** A block as its producer sees it: takes deltas until it is done. */
export interface OpenBlock {
  /** The empty block; called when it opens, which may be late. */
  shell(): ContentBlock;
  /** Whether the block may close once another one waits. */
  isDone(): boolean;
  /** Final deltas before the block closes, e.g. a signature. */
  last(): Delta[];
}

interface Waiting {
  block: OpenBlock;
  held: Delta[];
}

/**
 * Writes content blocks one after the other, under indexes 0, 1, 2, ….
 *
 * The first unfinished block is open and its deltas are sent at once; blocks
 * that begin meanwhile wait, and so do their deltas. Upstreams interleave
 * parallel tool calls, but a client that gets a delta for a block that is not
 * open fails with "Content block not found" (litellm#13373, CLIProxyAPI#3720).
 */
export class BlockWriter {
  readonly #emit: (event: StreamEvent) => void;
  #queue: Waiting[] = [];
  /** The same by block: an answer may contain thousands of calls. */
  readonly #waiting = new Map<OpenBlock, Waiting>();
  #index = -1;
  #isOpen = false;

  constructor(emit: (event: StreamEvent) => void) {
    this.#emit = emit;
  }

  /** Puts a block at the end of the queue. */
  add(block: OpenBlock): void {
    const waiting = { block, held: [] };
    this.#queue.push(waiting);
    this.#waiting.set(block, waiting);
  }

  /** Adds to a block. Deltas for a block that has closed are dropped. */
  write(block: OpenBlock, delta: Delta): void {
    const waiting = this.#waiting.get(block);
    if (!waiting) return;
    if (waiting === this.#queue[0]) {
      this.#open(block);
      this.#delta(delta);
    } else {
      waiting.held.push(delta);
      this.#advance();
    }
  }

  /** A delta that adds nothing to the open block, if one is open. */
  idle(): StreamEvent[] {
    const first = this.#queue[0];
    if (!this.#isOpen || !first) return [];
    const delta = emptyDelta(first.block.shell());
    if (!delta) return [];
    return [{ type: "content_block_delta", index: this.#index, delta }];
  }

  /** Closes every block, in order. */
  finish(): void {
    for (const waiting of this.#queue) this.#complete(waiting);
    this.#queue = [];
  }

  /** Closes what is done while others wait, and opens the next. */
  #advance(): void {
    while (this.#queue.length > 1 && this.#queue[0]?.block.isDone()) {
      const [first, next] = this.#queue;
      if (first) this.#complete(first);
      this.#queue.shift();
      if (next) this.#release(next);
    }
  }

  #complete(waiting: Waiting): void {
    this.#waiting.delete(waiting.block);
    this.#release(waiting);
    this.#open(waiting.block);
    for (const delta of waiting.block.last()) this.#delta(delta);
    this.#isOpen = false;
    this.#emit({ type: "content_block_stop", index: this.#index });
  }

  #release(waiting: Waiting): void {
    if (waiting.held.length === 0) return;
    this.#open(waiting.block);
    for (const delta of waiting.held) this.#delta(delta);
    waiting.held = [];
  }

  #open(block: OpenBlock): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#index++;
    const content_block = block.shell();
    this.#emit({
      type: "content_block_start",
      index: this.#index,
      content_block,
    });
  }

  #delta(delta: Delta): void {
    this.#emit({ type: "content_block_delta", index: this.#index, delta });
  }
}

function emptyDelta({ type }: ContentBlock): Delta | null {
  switch (type) {
    case "text":
      return { type: "text_delta", text: "" };
    case "thinking":
      return { type: "thinking_delta", thinking: "" };
    case "tool_use":
    case "server_tool_use":
      return { type: "input_json_delta", partial_json: "" };
    case "web_search_tool_result":
      return null;
  }
}
