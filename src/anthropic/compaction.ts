import type { Block } from "./blocks.ts";

/** The parts of a message that compaction looks at. */
interface Said {
  role: "user" | "assistant" | "system";
  content: string | Block[];
}

/**
 * The conversation from its last summary on. What came before a `compaction`
 * block is in its summary and no longer counts; the block itself becomes the
 * client's first turn. A block without content marks a compaction that failed,
 * and changes nothing.
 *
 * @see {@link https://platform.claude.com/docs/en/build-with-claude/compaction}
 */
export function sinceCompaction<Message extends Said>(
  messages: readonly Message[],
): (Message | Said)[] {
  const at = messages.findLastIndex(({ content }) => summaryAt(content) >= 0);
  const message = messages[at];
  if (!message || typeof message.content === "string") return [...messages];
  const from = summaryAt(message.content);
  const summary = message.content.slice(from, from + 1);
  const rest = message.content.slice(from + 1);
  return [
    { role: "user", content: summary },
    ...(rest.length > 0 ? [{ ...message, content: rest }] : []),
    ...messages.slice(at + 1),
  ];
}

/** Index of the last summary among a message's blocks; -1 if there is none. */
function summaryAt(content: Said["content"]): number {
  if (typeof content === "string") return -1;
  return content.findLastIndex((block) =>
    block.type === "compaction" && Boolean(block.content)
  );
}
