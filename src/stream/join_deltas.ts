import type { Delta, StreamEvent } from "../anthropic/message.ts";

/**
 * The same events, with consecutive deltas of a block joined: what arrived
 * together is sent together, and an event costs the client and this server far
 * more than the few words in it.
 */
export function joinDeltas(events: readonly StreamEvent[]): StreamEvent[] {
  const joined: StreamEvent[] = [];
  let last: StreamEvent | null = null;
  for (const event of events) {
    const both: StreamEvent | null = last && joinEvents(last, event);
    if (both) joined.pop();
    last = both ?? event;
    joined.push(last);
  }
  return joined;
}

function joinEvents(a: StreamEvent, b: StreamEvent): StreamEvent | null {
  if (a.type !== "content_block_delta" || b.type !== "content_block_delta") {
    return null;
  }
  if (a.index !== b.index) return null;
  const delta = joinDelta(a.delta, b.delta);
  return delta && { type: "content_block_delta", index: a.index, delta };
}

function joinDelta(a: Delta, b: Delta): Delta | null {
  if (a.type === "text_delta" && b.type === "text_delta") {
    return { type: "text_delta", text: a.text + b.text };
  }
  if (a.type === "thinking_delta" && b.type === "thinking_delta") {
    return { type: "thinking_delta", thinking: a.thinking + b.thinking };
  }
  if (a.type === "input_json_delta" && b.type === "input_json_delta") {
    const partial_json = a.partial_json + b.partial_json;
    return { type: "input_json_delta", partial_json };
  }
  return null;
}
