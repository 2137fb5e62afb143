/**
 * The conversation so far as Chat Completions messages. Every call must be
 * answered by a tool message directly after the turn that made it, with nothing
 * in between.
 *
 * @module
 */
import type { InputMessage, ToolResult } from "../anthropic/request.ts";
import type {
  ChatContentPart,
  ChatMessage,
  ChatTextPart,
} from "../openai/chat.ts";
import { type AssistantContext, translateAssistant } from "./assistant_turn.ts";
import { needsParts, toBreakpoint } from "./cache_breakpoint.ts";
import { type ClientTurn, toTurns } from "./conversation.ts";
import { type Speech, toSpeeches } from "./speeches.ts";
import { NO_RESULT, translateResult } from "./tool_result.ts";
import { type ContentContext, joinTexts } from "./user_content.ts";

/**
 * Translates the history. Equal beginnings give byte-identical messages, so
 * that the upstream's prompt cache hits from turn to turn.
 *
 * @throws {ApiError} `invalid_request_error` if it ends with the assistant, or
 * its newest turn contains what cannot be sent.
 */
export function translateHistory(
  messages: readonly InputMessage[],
  context: AssistantContext,
): ChatMessage[] {
  const chat: ChatMessage[] = [];
  for (const turn of toTurns(messages, context.capabilities)) {
    if (turn.isModel) {
      const message = translateAssistant(turn.blocks, turn.calls, context);
      if (message) chat.push(message);
      continue;
    }
    const { isNewest } = turn;
    const reply = translateReply(turn, { ...context, isNewest });
    for (const message of reply) chat.push(message);
    if (reply.length === 0) chat.push(NOTHING);
  }
  return mergeUsers(chat);
}

/** An empty turn still separates two turns of the model. */
const NOTHING: ChatMessage = { role: "user", content: "(empty)" };

/** The client's turn: results first, in the order of the calls, then the rest. */
function translateReply(
  turn: ClientTurn,
  context: ContentContext,
): ChatMessage[] {
  const { answers, blocks } = turn;
  const attachments: ChatContentPart[] = [];
  let answered = 0;
  const chat: ChatMessage[] = [];
  for (const { call: { callId }, result } of answers) {
    if (result) answered++;
    const text = result
      ? translateResult(result, attachments, context)
      : NO_RESULT;
    const content = marked(text, result, context);
    chat.push({ role: "tool", tool_call_id: callId, content });
  }
  // An agent's usual turn: only results.
  if (answered === blocks.length && attachments.length === 0) return chat;
  const speeches = toSpeeches(turn, { ...context, attachments });
  for (const speech of speeches) chat.push(toMessage(speech, context));
  return chat;
}

/** A result's text, with its breakpoint if it has one. */
function marked(
  text: string,
  result: ToolResult | null,
  { capabilities }: ContentContext,
): string | ChatTextPart[] {
  if (!needsParts(capabilities)) return text;
  const within = typeof result?.content === "string" ? [] : result?.content;
  const texts = (within ?? []).filter(({ type }) => type === "text");
  const blocks = result ? [...texts, result] : [];
  return [{ type: "text", text, ...toBreakpoint(blocks, capabilities) }];
}

function toMessage(
  speech: Speech,
  { capabilities }: ContentContext,
): ChatMessage {
  if (speech.role === "system") {
    return { role: capabilities.systemRole, content: speech.text };
  }
  const { parts } = speech;
  const isOneText = !needsParts(capabilities) &&
    (parts.length === 1 || !capabilities.textParts);
  const text = isOneText ? joinTexts(parts) : undefined;
  return { role: "user", content: text ?? parts };
}

/** Joins user messages that became adjacent: the turn between was empty. */
function mergeUsers(chat: readonly ChatMessage[]): ChatMessage[] {
  const merged: ChatMessage[] = [];
  for (const message of chat) {
    const last = merged.at(-1);
    if (message.role === "user" && last?.role === "user") {
      merged[merged.length - 1] = {
        role: "user",
        content: join(last.content, message.content),
      };
    } else {
      merged.push(message);
    }
  }
  return merged;
}

type UserContent = string | ChatContentPart[];

function join(a: UserContent, b: UserContent): UserContent {
  if (typeof a === "string" && typeof b === "string") return `${a}\n\n${b}`;
  return [...toPartList(a), ...toPartList(b)];
}

function toPartList(content: UserContent): ChatContentPart[] {
  return typeof content === "string"
    ? [{ type: "text", text: content }]
    : content;
}
