import type { ChatDelta } from "../openai/chat.ts";
import type { TaggedText } from "./think_tags.ts";

/**
 * Reads a delta's content: a text, or parts, some of them reasoning (Mistral).
 */
export function readContent(content: ChatDelta["content"]): TaggedText {
  if (!content) return { thinking: "", text: "" };
  if (typeof content === "string") return { thinking: "", text: content };
  let thinking = "";
  let text = "";
  for (const part of content) {
    text += part.text ?? "";
    if (typeof part.thinking === "string") thinking += part.thinking;
    else for (const { text } of part.thinking ?? []) thinking += text ?? "";
  }
  return { thinking, text };
}
