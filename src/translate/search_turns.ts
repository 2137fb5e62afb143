import type {
  ContentBlock,
  Message,
  StreamEvent,
  ToolUseBlock,
  Usage,
} from "../anthropic/message.ts";
import type {
  Block,
  MessagesRequest,
  ToolResult,
} from "../anthropic/request.ts";
import { addTokens, NO_USAGE } from "./usage.ts";
import { WEB_SEARCH } from "./web_search.ts";
import {
  searchBlock,
  type SearchOutcome,
  searchResultBlock,
} from "./web_search_blocks.ts";
import { searchResultText } from "./web_search_text.ts";

type MessageDelta = Extract<StreamEvent, { type: "message_delta" }>;

/**
 * Presents several turns of the model, with searches between them, as one
 * message.
 *
 * Each turn's events go in as they arrive. Its calls of `web_search` become
 * server-side searches, and its blocks continue the previous turn's numbering;
 * its end and cost are held back until the last turn is over.
 */
export class SearchTurns {
  #hasStarted: boolean;
  /** Index of this turn's first block, and of the next one. */
  #firstIndex = 0;
  #nextIndex = 0;
  #last: MessageDelta | null = null;
  #usage: Usage = NO_USAGE;
  #searches = 0;
  /** A turn has called one of the client's tools. */
  #callsClient = false;

  /** @param given `isStarted`: the client already has `message_start`. */
  constructor({ isStarted = false } = {}) {
    this.#hasStarted = isStarted;
  }

  /** What the client gets of a turn's events. */
  push(events: readonly StreamEvent[]): StreamEvent[] {
    return events.flatMap((event) => this.#translate(event));
  }

  /** What the client gets of a finished search. */
  result(call: ToolUseBlock, outcome: SearchOutcome): StreamEvent[] {
    if (outcome.pages) this.#searches++;
    const index = this.#nextIndex++;
    const content_block = searchResultBlock(toServerId(call.id), outcome);
    return [
      { type: "content_block_start", index, content_block },
      { type: "content_block_stop", index },
    ];
  }

  /** The end of the last turn, with the cost of all. */
  end(): StreamEvent[] {
    if (!this.#last) return [];
    const { delta } = this.#last;
    const stop_reason = delta.stop_reason === "tool_use" && !this.#callsClient
      ? "end_turn" // its searches were refused, and there is no call left
      : delta.stop_reason;
    const usage = this.usage;
    return [
      { ...this.#last, delta: { ...delta, stop_reason }, usage },
      { type: "message_stop" },
    ];
  }

  /** The usage of all turns together. */
  get usage(): Usage {
    const server_tool_use = {
      web_search_requests: this.#searches,
      web_fetch_requests: 0,
    };
    return { ...this.#usage, server_tool_use };
  }

  #translate(event: StreamEvent): StreamEvent[] {
    switch (event.type) {
      case "ping":
        return [event];
      case "message_start": {
        const isFirst = !this.#hasStarted;
        this.#hasStarted = true;
        this.#firstIndex = this.#nextIndex;
        return isFirst ? [event] : [];
      }
      case "content_block_start": {
        this.#nextIndex++;
        const index = this.#firstIndex + event.index;
        return [{ ...event, index, content_block: this.#toShell(event) }];
      }
      case "content_block_delta":
      case "content_block_stop":
        return [{ ...event, index: this.#firstIndex + event.index }];
      case "message_delta":
        this.#last = event;
        this.#usage = addTokens(this.#usage, event.usage);
        return [];
      case "message_stop":
        return [];
    }
  }

  #toShell(
    { content_block }: { content_block: ContentBlock },
  ): ContentBlock {
    if (content_block.type !== "tool_use") return content_block;
    if (isSearchCall(content_block)) {
      return searchBlock(toServerId(content_block.id));
    }
    this.#callsClient = true;
    return content_block;
  }
}

/** The searches a turn has requested. */
export function searchCalls({ content }: Message): ToolUseBlock[] {
  return content.filter((block) => block.type === "tool_use")
    .filter(isSearchCall);
}

/** Whether a turn calls the client's tools: it is the client's turn then. */
export function callsClient({ content }: Message): boolean {
  return content.some((block) =>
    block.type === "tool_use" && !isSearchCall(block)
  );
}

/** A search and its result. */
export interface Search {
  call: ToolUseBlock;
  outcome: SearchOutcome;
}

/** The request for the next turn, with the last one and its results. */
export function withSearches(
  request: MessagesRequest,
  { content }: Message,
  { searches, isLast }: { searches: readonly Search[]; isLast: boolean },
): MessagesRequest {
  const results = searches.map(({ call, outcome }): ToolResult => ({
    type: "tool_result",
    tool_use_id: call.id,
    content: searchResultText(outcome),
    is_error: outcome.error !== undefined,
  }));
  const isSole = request.tools?.length === 1;
  return {
    ...request,
    // A forced choice would force a search on every turn.
    tool_choice: {
      ...request.tool_choice,
      type: isLast && isSole ? "none" : "auto",
    },
    messages: [
      ...request.messages,
      { role: "assistant", content: content.flatMap(toBlocks) },
      { role: "user", content: results },
    ],
  };
}

/** A block of an answer as a client sends it back. */
function toBlocks(block: ContentBlock): Block[] {
  switch (block.type) {
    case "text":
    case "thinking":
    case "tool_use":
      return [{ ...block }];
    default:
      return [];
  }
}

function isSearchCall({ name }: ToolUseBlock): boolean {
  return name === WEB_SEARCH;
}

/** `toolu_…` → `srvtoolu_…`. */
function toServerId(id: string): string {
  return `srv${id}`;
}
