import type { ChatMessage } from "../openai/chat.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { sha256 } from "./ids.ts";

/** Length of Mistral's call ids, in letters and digits. */
const SHORT_ID = 9;

/**
 * Gives calls and their results ids in the upstream's format: Mistral refuses
 * all but 9 letters and digits, Kimi is confused unless it reads
 * `functions.<name>:<number>`. The same history always gets the same ids.
 */
export function withCallIds(
  messages: readonly ChatMessage[],
  style: Capabilities["callIds"],
): ChatMessage[] {
  if (style === "any") return [...messages];
  const ids = new Map<string, string>();
  const rename = (id: string, name: string) => {
    const renamed = style === "numbered"
      ? `functions.${name}:${ids.size}`
      : shortId(id);
    ids.set(id, renamed);
    return renamed;
  };
  return messages.map((message) => {
    if (message.role === "tool") {
      const { tool_call_id: id } = message;
      return { ...message, tool_call_id: ids.get(id) ?? id };
    }
    if (message.role !== "assistant" || !message.tool_calls) return message;
    const tool_calls = message.tool_calls.map((call) => ({
      ...call,
      id: rename(call.id, call.function.name),
    }));
    return { ...message, tool_calls };
  });
}

/** 45 bits of a hash in base 36: no collisions within a conversation. */
function shortId(id: string): string {
  const hash = Number.parseInt(sha256(id).slice(0, 11), 16);
  return hash.toString(36).padStart(SHORT_ID, "0").slice(-SHORT_ID);
}
