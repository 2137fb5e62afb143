import type {
  ContentBlock,
  Delta,
  Message,
  StreamEvent,
} from "../anthropic/message.ts";
import { parseArguments } from "./arguments.ts";

/** Builds the message that a stream's events describe, as the SDKs do. */
export function assemble(events: Iterable<StreamEvent>): Message {
  let message: Message | undefined;
  const content: ContentBlock[] = [];
  const json = new Map<number, string>();
  for (const event of events) {
    switch (event.type) {
      case "message_start":
        message = event.message;
        break;
      case "content_block_start":
        content[event.index] = structuredClone(event.content_block);
        break;
      case "content_block_delta":
        apply(event.delta, { index: event.index, content, json });
        break;
      case "message_delta":
        if (message) {
          const { delta, usage, context_management } = event;
          message = {
            ...message,
            ...delta,
            ...(context_management ? { context_management } : {}),
            usage: { ...message.usage, ...usage },
          };
        }
        break;
    }
  }
  if (!message) throw new TypeError("Cannot assemble a message: no start");
  for (const [index, text] of json) {
    const block = content[index];
    if (block?.type === "tool_use" || block?.type === "server_tool_use") {
      block.input = parseArguments(text);
    }
  }
  return { ...message, content };
}

interface Assembly {
  index: number;
  content: ContentBlock[];
  json: Map<number, string>;
}

function apply(delta: Delta, { index, content, json }: Assembly): void {
  const block = content[index];
  if (delta.type === "text_delta" && block?.type === "text") {
    block.text += delta.text;
  } else if (delta.type === "thinking_delta" && block?.type === "thinking") {
    block.thinking += delta.thinking;
  } else if (delta.type === "signature_delta" && block?.type === "thinking") {
    block.signature = delta.signature;
  } else if (delta.type === "citations_delta" && block?.type === "text") {
    block.citations = [...block.citations ?? [], delta.citation];
  } else if (delta.type === "input_json_delta") {
    json.set(index, (json.get(index) ?? "") + delta.partial_json);
  }
}
