/**
 * Converts a message of an upstream that speaks the Messages API between its
 * two forms: a stored answer serves clients that want it streamed, and clients
 * that want it whole. Unknown fields and blocks are kept.
 *
 * @see {@link https://platform.claude.com/docs/en/build-with-claude/streaming}
 * @module
 */
import { parseArguments } from "./arguments.ts";

type Fields = Record<string, unknown>;

/** An event, with all its fields, not validated. */
export interface PassedEvent extends Fields {
  type: string;
}

/** A whole message as a stream's events. */
export function toPassedEvents(message: Fields): PassedEvent[] {
  const { content, stop_reason, stop_sequence, ...rest } = message;
  const { container, context_management, ...begun } = rest;
  const blocks = Array.isArray(content) ? content.map(Object) : [];
  const shell = { ...begun, content: [], stop_reason: null };
  return [
    {
      type: "message_start",
      message: { ...shell, stop_sequence: null },
    },
    ...blocks.flatMap((block, index) => [
      ...tell(block).map((event) => ({ ...event, index })),
      { type: "content_block_stop", index },
    ]),
    {
      type: "message_delta",
      delta: {
        stop_reason,
        stop_sequence,
        ...(container === undefined ? {} : { container }),
      },
      usage: message.usage,
      ...(context_management === undefined ? {} : { context_management }),
    },
    { type: "message_stop" },
  ];
}

/** A block as an empty shell, and the deltas that fill it. */
function tell(block: Fields): PassedEvent[] {
  const { type, text, thinking, signature, input, citations } = block;
  const deltas: Fields[] = [];
  const shell = { ...block };
  if (type === "text" && typeof text === "string") {
    shell.text = "";
    if (text !== "") deltas.push({ type: "text_delta", text });
    if (Array.isArray(citations)) {
      shell.citations = [];
      deltas.push(...citations.map((citation) => ({
        type: "citations_delta",
        citation,
      })));
    }
  } else if (type === "thinking") {
    Object.assign(shell, { thinking: "", signature: "" });
    deltas.push({ type: "thinking_delta", thinking });
    if (signature) deltas.push({ type: "signature_delta", signature });
  } else if (/_use$/.test(String(type)) && input !== undefined) {
    shell.input = {};
    const partial_json = JSON.stringify(input);
    if (partial_json !== "{}") {
      deltas.push({ type: "input_json_delta", partial_json });
    }
  }
  return [
    { type: "content_block_start", content_block: shell },
    ...deltas.map((delta) => ({ type: "content_block_delta", delta })),
  ];
}

/** The message that events describe; no fields without `message_start`. */
export function assemblePassed(events: Iterable<PassedEvent>): Fields {
  let message: Fields = {};
  const blocks: Fields[] = [];
  const json = new Map<Fields, string>();
  for (const event of events) {
    const block = blocks[Number(event.index)];
    switch (event.type) {
      case "message_start":
        message = { ...Object(event.message) };
        break;
      case "content_block_start":
        blocks[Number(event.index)] = { ...Object(event.content_block) };
        break;
      case "content_block_delta":
        if (block) apply(Object(event.delta), block, json);
        break;
      case "message_delta": {
        const { type: _, delta, usage, ...rest } = event;
        message = {
          ...message,
          ...Object(delta),
          ...rest,
          usage: { ...Object(message.usage), ...Object(usage) },
        };
      }
    }
  }
  for (const [block, text] of json) block.input = parseArguments(text);
  return { ...message, content: blocks };
}

/** Adds a delta to its block, the same way for unknown kinds. */
function apply(
  { type: _, ...added }: Fields,
  block: Fields,
  json: Map<Fields, string>,
): void {
  for (const [name, value] of Object.entries(added)) {
    const before = block[name];
    if (name === "partial_json") {
      json.set(block, (json.get(block) ?? "") + String(value));
    } else if (name === "citation") {
      const { citations } = block;
      block.citations = [...Array.isArray(citations) ? citations : [], value];
    } else if (typeof before === "string" && typeof value === "string") {
      block[name] = before + value;
    } else {
      block[name] = value;
    }
  }
}
