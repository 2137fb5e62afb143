/**
 * Reads a streamed message and fails at the first violation of the event
 * grammar, where the SDKs forgive much: out-of-order text of a block, for
 * example, just vanishes.
 *
 * @see {@link https://platform.claude.com/docs/en/build-with-claude/streaming}
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import type {
  ContentBlock,
  Delta,
  Message,
  StreamEvent,
} from "../src/anthropic/message.ts";
import { readEvents, type SentEvent } from "./support.ts";

/** Reads an answer of status 200 to its end. */
export async function readMessage(response: Response): Promise<Message> {
  equal(response.status, 200);
  return toMessage(await readEvents(response));
}

/**
 * Assembles a message: blocks one after the other under indexes 0, 1, 2, …,
 * then one `message_delta`, then `message_stop`. Pings may be anywhere.
 */
export function toMessage(sent: readonly SentEvent[]): Message {
  const events = sent.map(toStreamEvent).filter(({ type }) => type !== "ping");
  const start = events.shift();
  const stop = events.pop();
  const end = events.pop();
  ok(start?.type === "message_start", "message_start comes first");
  deepEqual(start.message.content, []);
  equal(stop?.type, "message_stop");
  ok(end?.type === "message_delta", "message_delta comes last but one");
  return {
    ...start.message,
    ...end.delta,
    content: toBlocks(events),
    usage: { ...start.message.usage, ...end.usage },
  };
}

function toStreamEvent({ event, data }: SentEvent): StreamEvent {
  equal(data.type, event);
  return Object(data);
}

function toBlocks(events: StreamEvent[]): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  while (events.length > 0) {
    const end = events.findIndex(({ type }) => type === "content_block_stop");
    ok(end > 0, "every block is closed");
    const [start, ...rest] = events.splice(0, end + 1);
    ok(start?.type === "content_block_start", `${start?.type} within no block`);
    const deltas = rest.slice(0, -1).map((event) => {
      ok(event.type === "content_block_delta", `${event.type} in open block`);
      return event;
    });
    for (const { index } of [start, ...deltas]) equal(index, blocks.length);
    blocks.push(fill(start.content_block, deltas.map(({ delta }) => delta)));
  }
  return blocks;
}

/** Adds its deltas to a block that began as an empty shell. */
function fill(block: ContentBlock, deltas: Delta[]): ContentBlock {
  switch (block.type) {
    case "text":
      equal(block.text, "");
      return fillText(block, deltas);
    case "web_search_tool_result":
      deepEqual(deltas, []);
      return block;
    case "server_tool_use":
    case "tool_use": {
      deepEqual(block.input, {});
      const json = join(deltas, "input_json_delta", "partial_json");
      return { ...block, input: json === "" ? {} : JSON.parse(json) };
    }
    case "thinking": {
      deepEqual([block.thinking, block.signature], ["", ""]);
      const last = deltas.pop();
      ok(last?.type === "signature_delta", "a signature comes last");
      const thinking = join(deltas, "thinking_delta", "thinking");
      return { ...block, thinking, signature: last.signature };
    }
  }
}

/** Text first, then its citations, if any. */
function fillText(
  block: Extract<ContentBlock, { type: "text" }>,
  deltas: Delta[],
): ContentBlock {
  const end = deltas.findIndex(({ type }) => type === "citations_delta");
  const citing = end === -1 ? [] : deltas.splice(end);
  const citations = citing.map((delta) => {
    ok(delta.type === "citations_delta", `${delta.type} after citations`);
    return delta.citation;
  });
  return {
    ...block,
    text: join(deltas, "text_delta", "text"),
    citations: citations.length > 0 ? citations : block.citations,
  };
}

function join(deltas: Delta[], type: Delta["type"], field: string): string {
  return deltas.map((delta) => {
    equal(delta.type, type);
    return Object(delta)[field];
  }).join("");
}
