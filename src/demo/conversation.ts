/**
 * What a conversation's end asks for. Pure.
 *
 * @module
 */
import type { ChatMessage } from "../openai/chat.ts";

/** Context that Claude Code adds to a turn; not part of the instruction. */
const REMINDER = /<system-reminder>[\s\S]*?(?:<\/system-reminder>|$)/g;

/** The end of a conversation, as far as the answer depends on it. */
export interface Situation {
  /** The user's latest own text; empty if there is none. */
  instruction: string;
  /** Images and files that came with it. */
  attachments: number;
  /** Names of the tools called for it so far. */
  called: string[];
  /** Texts of the latest tool messages since; empty if there are none. */
  results: string[];
}

/**
 * Finds the instruction. It is not simply the last message: Claude Code appends
 * system messages and wraps context in reminders.
 */
export function readSituation(messages: ChatMessage[]): Situation {
  const asked = messages.findLastIndex((message) => ownText(message) !== "");
  const since = messages.slice(asked + 1);
  const lastCall = since.findLastIndex((message) =>
    message.role === "assistant"
  );
  const message = messages[asked];
  return {
    instruction: message ? ownText(message) : "",
    attachments: message ? countAttachments(message) : 0,
    called: since.flatMap(calledNames),
    results: since.slice(lastCall + 1)
      .filter((message) => message.role === "tool")
      .map((message) => textOf(message.content)),
  };
}

/** A user message's text outside reminders; empty for other messages. */
function ownText(message: ChatMessage): string {
  if (message.role !== "user") return "";
  return textOf(message.content).replace(REMINDER, "").trim();
}

/** Tool messages on the wire may contain text parts, whatever we send. */
function textOf(content: ChatMessage["content"]): string {
  if (typeof content === "string") return content;
  return (content ?? []).flatMap((part) =>
    part.type === "text" ? [part.text] : []
  ).join("\n");
}

function countAttachments(message: ChatMessage): number {
  if (typeof message.content === "string") return 0;
  return (message.content ?? []).filter((part) => part.type !== "text").length;
}

function calledNames(message: ChatMessage): string[] {
  if (message.role !== "assistant") return [];
  return message.tool_calls?.map((call) => call.function.name) ?? [];
}
