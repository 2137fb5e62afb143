import type { ChatMessage } from "../openai/chat.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { joinTexts } from "./user_content.ts";

/**
 * Moves what the user says directly after a tool's result into that result, for
 * upstreams that accept only the model's turn there (older Mistral models).
 * Images cannot be moved: a message that contains some stays.
 */
export function withWordsAfterTool(
  messages: readonly ChatMessage[],
  { userAfterTool }: Pick<Capabilities, "userAfterTool">,
): readonly ChatMessage[] {
  if (userAfterTool) return messages;
  const moved: ChatMessage[] = [];
  for (const message of messages) {
    const last = moved.at(-1);
    const words = message.role === "user" && last?.role === "tool"
      ? typeof message.content === "string"
        ? message.content
        : joinTexts(message.content)
      : undefined;
    if (
      last?.role !== "tool" || typeof last.content !== "string" ||
      words === undefined
    ) moved.push(message);
    else {
      const content = `${last.content}\n\n${words}`;
      moved[moved.length - 1] = { ...last, content };
    }
  }
  return moved;
}
