import type { ToolResult } from "../anthropic/request.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import { type ContentContext, toParts } from "./user_content.ts";

/** Replaces a result that never came. */
export const NO_RESULT = "[no result: the tool call was interrupted]";

/**
 * Translates a tool's result to the text of a tool message.
 *
 * Tool messages accept only text: images and files go to `attachments`, to be
 * sent in a user message after all results of the turn, and the text refers to
 * them (claude-code#86595: as base64 text they cost ten times the tokens).
 */
export function translateResult(
  { content, is_error }: ToolResult,
  attachments: ChatContentPart[],
  context: ContentContext,
): string {
  const text = toText(content, attachments, context) || NO_OUTPUT;
  return is_error ? toErrorText(text) : text;
}

/**
 * Translates a tool's result for upstreams that accept images and files in it:
 * to one text if it is only text, else to its parts.
 */
export function toResultParts(
  { content, is_error }: ToolResult,
  context: ContentContext,
): string | ChatContentPart[] {
  const parts = typeof content === "string"
    ? [{ type: "text" as const, text: content }]
    : (content ?? []).flatMap((block) => toParts(block, context));
  if (parts.every((part) => part.type === "text")) {
    const text = parts.map(({ text }) => text).join("\n") || NO_OUTPUT;
    return is_error ? toErrorText(text) : text;
  }
  return is_error ? [{ type: "text", text: "Error:" }, ...parts] : parts;
}

const NO_OUTPUT = "(no output)";

/** Marks a text as an error, unless it already says so. */
function toErrorText(text: string): string {
  return /^\s*(error|<tool_use_error>)/i.test(text) ? text : `Error: ${text}`;
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
