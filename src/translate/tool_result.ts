import type { ToolResult } from "../anthropic/request.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import { type ContentContext, toParts } from "./user_content.ts";

/** What stands for a result that never came. */
export const NO_RESULT = "[no result: the tool call was interrupted]";

/**
 * Translates a tool's result to the text of a tool message.
 *
 * Tool messages take text alone: images and files go to `attachments`, to be
 * sent in a user message after all results of the turn, and the text points at
 * them (claude-code#86595: as base64 text they cost ten times the tokens).
 */
export function translateResult(
  { content, is_error }: ToolResult,
  attachments: ChatContentPart[],
  context: ContentContext,
): string {
  const text = toText(content, attachments, context) || "(no output)";
  if (!is_error || /^\s*(error|<tool_use_error>)/i.test(text)) return text;
  return `Error: ${text}`;
}

function toText(
  content: ToolResult["content"],
  attachments: ChatContentPart[],
  context: ContentContext,
): string {
  if (typeof content === "string") return content;
  const texts: string[] = [];
  for (const block of content ?? []) {
    for (const part of toParts(block, context)) {
      if (part.type === "text") {
        texts.push(part.text);
        continue;
      }
      attachments.push(part);
      const kind = part.type === "image_url" ? "image" : "document";
      texts.push(`[see attached ${kind} ${attachments.length}]`);
    }
  }
  return texts.join("\n");
}
