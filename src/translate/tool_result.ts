import type { ToolResult } from "../anthropic/request.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import { type ContentContext, toParts } from "./user_content.ts";

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
  const texts: string[] = [];
  const blocks = typeof content === "string"
    ? [{ type: "text" as const, text: content }]
    : content ?? [];
  for (const part of blocks.flatMap((block) => toParts(block, context))) {
    if (part.type === "text") {
      texts.push(part.text);
    } else {
      attachments.push(part);
      const kind = part.type === "image_url" ? "image" : "document";
      texts.push(`[see attached ${kind} ${attachments.length}]`);
    }
  }
  const text = texts.join("\n") || "(no output)";
  const saysError = /^\s*(error|<tool_use_error>)/i.test(text);
  return is_error && !saysError ? `Error: ${text}` : text;
}
