/**
 * What upstreams say in the cases. Everything is constructed from their
 * manuals, nothing recorded.
 *
 * @module
 */
import type { Message } from "../../src/anthropic/message.ts";
import { finishChunk, textChunk, usageChunk } from "../../src/demo/chunks.ts";
import type { Exchange } from "../../src/demo/exchange.ts";
import { chunks, json, type Reply } from "../../src/demo/replies.ts";
import type { ChatMessage } from "../../src/openai/chat.ts";

/** Token counts for cases about something else. */
export const USAGE = { prompt_tokens: 10, completion_tokens: 2 };

/** A whole completion of one choice. */
export function completion(
  message: Record<string, unknown>,
  finish_reason: string | null = "stop",
  usage: unknown = USAGE,
): Record<string, unknown> {
  const whole = { role: "assistant", ...message };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 0,
    model: "upstream-model",
    choices: [{ index: 0, message: whole, finish_reason }],
    ...(usage === null ? {} : { usage }),
  };
}

/** Answers "ok", streamed or not as requested. */
export function SAID({ body }: Exchange): Reply {
  if (!body.stream) return json(completion({ content: "ok" }));
  return chunks([textChunk("ok"), finishChunk("stop"), usageChunk(USAGE)]);
}

/** A tool call in a whole message. */
export function call(
  name: string,
  args: unknown = "{}",
  id = `call_${name}`,
): Record<string, unknown> {
  return { id, type: "function", function: { name, arguments: args } };
}

/** Text of a message we sent, however its parts were split. */
export function wordsOf(message: ChatMessage | undefined): string {
  const content = message?.content ?? "";
  if (typeof content === "string") return content;
  return content.map((part) => part.type === "text" ? part.text : "")
    .filter((text) => text !== "").join("\n\n");
}

/** Roles of the messages we sent, in order. */
export function rolesOf(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ role }) => role);
}

/** The items of a request (Responses). */
export function inputOf(
  exchange: Exchange | undefined,
): Record<string, unknown>[] {
  return JSON.parse(exchange?.bodyText ?? "{}").input;
}

/** Their types; for messages, their roles. */
export function typesOf(items: readonly Record<string, unknown>[]): unknown[] {
  return items.map(({ type, role }) => role ?? type);
}

/**
 * Blocks of an answer in short form: `text ab`, `thinking r`, `Bash {"a":1}`.
 */
export function blocksOf({ content }: Pick<Message, "content">): string[] {
  return content.map((block) => {
    switch (block.type) {
      case "text":
        return `text ${block.text}`;
      case "thinking":
        return `thinking ${block.thinking}`;
      case "tool_use":
        return `${block.name} ${JSON.stringify(block.input)}`;
      default:
        return Object(block).type;
    }
  });
}

/** Events in short form: type, index, kind of block or delta. */
export function wordsOfEvents(
  events: readonly { event: string; data: unknown }[],
): string[] {
  return events.map(({ event, data }) => {
    const { index, content_block, delta } = Object(data);
    const kind = content_block?.type ?? delta?.type;
    return [event, index, kind].filter((word) => word !== undefined).join(" ");
  });
}

/** A tool as clients send it. */
export function tool(
  name: string,
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  const input_schema = { type: "object", properties: {} };
  return { name, description: `Does ${name}`, input_schema, ...rest };
}
