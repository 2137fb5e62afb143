/**
 * The conversation so far, message by message.
 *
 * Chat Completions wants every call answered by a tool message directly after
 * the turn that made it, and nothing in between. Conversations come out of
 * compaction and interruption with results missing, doubled or left over: they
 * are mended here, since a client cannot recover from the 400 (litellm#16711,
 * OmniRoute#4385).
 *
 * @module
 */
import { ApiError } from "../anthropic/errors.ts";
import type {
  Block,
  InputMessage,
  ToolResult,
  ToolUse,
} from "../anthropic/request.ts";
import type { ChatContentPart, ChatMessage } from "../openai/chat.ts";
import {
  type AssistantContext,
  type Call,
  translateAssistant,
} from "./assistant_turn.ts";
import { toCallId } from "./ids.ts";
import { type ContentContext, joinTexts, toParts } from "./user_content.ts";
import { translateResult } from "./tool_result.ts";

/**
 * Translates the history. Equal beginnings give equal messages, to the byte, so
 * that the upstream's prompt cache holds from turn to turn.
 *
 * @throws {ApiError} `invalid_request_error` if it ends with the assistant, or
 * its newest turn holds what cannot be sent.
 */
export function translateHistory(
  messages: readonly InputMessage[],
  context: AssistantContext,
): ChatMessage[] {
  const last = messages.at(-1);
  if (last?.role === "assistant" && !canGoOn(last, context)) {
    throw new ApiError(
      "invalid_request_error",
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  const chat: ChatMessage[] = [];
  const callIds = new Map<string, number>();
  let calls: Call[] = [];
  const older = { ...context, isNewest: false };
  const newest = { ...context, isNewest: true };
  const turns = toTurns(withoutCleared(messages));
  for (const [index, { isAssistant, messages }] of turns.entries()) {
    if (isAssistant) {
      const blocks = blocksOf(messages);
      calls = blocks.filter((block) => block.type === "tool_use")
        .map((toolUse) => ({ toolUse, callId: freshId(toolUse, callIds) }));
      const message = translateAssistant(blocks, calls, context);
      if (message) chat.push(message);
    } else {
      const isNewest = index === turns.length - 1;
      const given = isNewest ? newest : older;
      const reply = translateReply(messages, calls, given);
      if (reply.length > 0) append(chat, reply);
      else chat.push(NOTHING);
      calls = [];
    }
  }
  return mergeUsers(chat);
}

/** Whether the upstream can be given the beginning of its answer. */
function canGoOn(
  message: InputMessage,
  { capabilities }: AssistantContext,
): boolean {
  return capabilities.prefill &&
    toBlocks(message).every(({ type }) => type !== "tool_use");
}

/** A turn that says nothing still parts two turns of the model. */
const NOTHING: ChatMessage = { role: "user", content: "(empty)" };

/** Messages of one side, until the other side speaks. */
interface Turn {
  isAssistant: boolean;
  messages: InputMessage[];
}

function toTurns(messages: readonly InputMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const isAssistant = message.role === "assistant";
    const turn = turns.at(-1);
    if (turn?.isAssistant === isAssistant) turn.messages.push(message);
    else turns.push({ isAssistant, messages: [message] });
  }
  return turns;
}

/** Leaves out system messages that were meant for a turn that is over. */
function withoutCleared(messages: readonly InputMessage[]): InputMessage[] {
  const newest = messages.findLastIndex((message) =>
    message.role === "user" &&
    toBlocks(message).some(({ type }) => type !== "tool_result")
  );
  return messages.filter(({ role, clear_at }, index) =>
    role !== "system" || clear_at !== "next_user_message" || index > newest
  );
}

/** All blocks of a turn, which is one message but for the rarest. */
function blocksOf(messages: readonly InputMessage[]): readonly Block[] {
  const [first] = messages;
  return first && messages.length === 1
    ? toBlocks(first)
    : messages.flatMap(toBlocks);
}

function toBlocks({ content }: InputMessage): Block[] {
  return typeof content === "string"
    ? [{ type: "text", text: content }]
    : content;
}

/**
 * An id no earlier call has: some clients and upstreams count from 0 each turn.
 *
 * @param used Each id so far with the number its last namesake got, so that a
 * history of one id over and over is mended in linear time.
 */
function freshId({ id }: ToolUse, used: Map<string, number>): string {
  const wanted = toCallId(id);
  let callId = wanted;
  let times = used.get(wanted) ?? 1;
  while (used.has(callId)) callId = toCallId(`${id}_${++times}`);
  used.set(wanted, times);
  used.set(callId, 1);
  return callId;
}

/** The client's turn: results first, in the order of the calls, then the rest. */
function translateReply(
  messages: readonly InputMessage[],
  calls: readonly Call[],
  context: AssistantContext & ContentContext,
): ChatMessage[] {
  const blocks = blocksOf(messages);
  const results = blocks.filter((block) => block.type === "tool_result");
  const answers = pair(calls, results);
  const attachments: ChatContentPart[] = [];
  const chat: ChatMessage[] = calls.map((call) => {
    const result = answers.get(call);
    const content = result
      ? translateResult(result, attachments, context)
      : "[no result: the tool call was interrupted]";
    return { role: "tool", tool_call_id: call.callId, content };
  });
  // An agent's usual turn: results and nothing else.
  const isOver = answers.size === blocks.length && attachments.length === 0;
  if (isOver) return chat;
  const parts: ChatContentPart[] = [];
  const answered = new Set(answers.values());
  const { systemRole, laterSystem } = context.capabilities;
  for (const message of messages) {
    const own: ChatContentPart[] = [];
    for (const block of toBlocks(message)) {
      if (block.type !== "tool_result") append(own, toParts(block, context));
      else if (!answered.has(block)) {
        append(own, orphan(block, attachments, context));
      }
    }
    if (message.role === "user") {
      append(parts, own);
      continue;
    }
    const content = joinTexts(own);
    if (!content) continue;
    if (laterSystem === "reminder") {
      parts.push({ type: "text", text: reminder(content) });
      continue;
    }
    const before = [...attachments.splice(0), ...parts.splice(0)];
    chat.push(...userMessage(before, context));
    chat.push({ role: systemRole, content });
  }
  return [...chat, ...userMessage([...attachments, ...parts], context)];
}

/** `push(...items)` takes its items from the stack, which 100 000 overflow. */
function append<T>(list: T[], items: readonly T[]): void {
  for (const item of items) list.push(item);
}

/** The first unused result of each call's id; equal ids pair up in order. */
function pair(
  calls: readonly Call[],
  results: readonly ToolResult[],
): Map<Call, ToolResult> {
  const [call, result] = [calls[0], results[0]];
  if (
    calls.length === 1 && results.length === 1 &&
    call && result?.tool_use_id === call.toolUse.id
  ) return new Map([[call, result]]);
  const byId = Map.groupBy(results, ({ tool_use_id }) => tool_use_id);
  for (const unused of byId.values()) unused.reverse(); // to take from its end
  const pairs = new Map<Call, ToolResult>();
  for (const call of calls) {
    const result = byId.get(call.toolUse.id)?.pop();
    if (result) pairs.set(call, result);
  }
  return pairs;
}

/** A result whose call is gone, told as text. */
function orphan(
  result: ToolResult,
  attachments: ChatContentPart[],
  context: ContentContext,
): ChatContentPart[] {
  const text = translateResult(result, attachments, context);
  const title = `[Result of tool call ${result.tool_use_id}]`;
  return [{ type: "text", text: `${title}\n${text}` }];
}

function reminder(text: string): string {
  return `<system-reminder>\n${text}\n</system-reminder>`;
}

function userMessage(
  parts: readonly ChatContentPart[],
  { capabilities }: ContentContext,
): ChatMessage[] {
  if (parts.length === 0) return [];
  const text = parts.length === 1 || !capabilities.textParts
    ? joinTexts(parts)
    : undefined;
  return [{ role: "user", content: text ?? [...parts] }];
}

/** Joins user messages that came to stand side by side: the turn between them had nothing to say. */
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
