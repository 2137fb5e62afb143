import type { ToolResult } from "../anthropic/request.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import { type ClientTurn, toBlocks } from "./conversation.ts";
import { translateResult } from "./tool_result.ts";
import { type ContentContext, joinTexts, toParts } from "./user_content.ts";

/** What the client says besides its tool results: as user, or as system. */
export type Speech =
  | { role: "user"; parts: ChatContentPart[] }
  | { role: "system"; text: string };

/**
 * What a turn says besides the results that answer a call, in order. A system
 * message stays in its place, or becomes a reminder in a user message.
 *
 * @param attachments Images and files of results, which come first; those of
 * results whose call is gone are added.
 */
export function toSpeeches(
  { messages, answers }: ClientTurn,
  { attachments, ...context }: ContentContext & {
    attachments: ChatContentPart[];
  },
): Speech[] {
  const answered = new Set(answers.map(({ result }) => result));
  const speeches: Speech[] = [];
  const parts: ChatContentPart[] = [];
  const speak = () => {
    const said = [...attachments.splice(0), ...parts.splice(0)];
    if (said.length > 0) speeches.push({ role: "user", parts: said });
  };
  for (const message of messages) {
    const own: ChatContentPart[] = [];
    for (const block of toBlocks(message)) {
      if (block.type !== "tool_result") append(own, toParts(block, context));
      else if (!answered.has(block)) {
        own.push(orphan(block, attachments, context));
      }
    }
    if (message.role === "user") {
      append(parts, own);
      continue;
    }
    const text = joinTexts(own);
    if (!text) continue;
    if (context.capabilities.laterSystem === "reminder") {
      const breakpoint = own.find(({ cache_control }) => cache_control);
      parts.push({
        type: "text",
        text: reminder(text),
        ...(breakpoint?.cache_control
          ? { cache_control: breakpoint.cache_control }
          : {}),
      });
      continue;
    }
    speak();
    speeches.push({ role: "system", text });
  }
  speak();
  return speeches;
}

/** `push(...items)` puts its items on the stack, which 100 000 overflow. */
function append<T>(list: T[], items: readonly T[]): void {
  for (const item of items) list.push(item);
}

/** A result whose call is gone, as text. */
function orphan(
  result: ToolResult,
  attachments: ChatContentPart[],
  context: ContentContext,
): ChatContentPart {
  const text = translateResult(result, attachments, context);
  const title = `[Result of tool call ${result.tool_use_id}]`;
  return { type: "text", text: `${title}\n${text}` };
}

function reminder(text: string): string {
  return `<system-reminder>\n${text}\n</system-reminder>`;
}
