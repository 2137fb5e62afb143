import type { ChatChunk } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";
import { withReasoningCounted } from "./total_usage.ts";

/**
 * xAI: reasoning as `reasoning_content`, never sent back. Some deltas come
 * twice in a row, and completion tokens exclude reasoning.
 *
 * @see {@link https://docs.x.ai/docs/guides/reasoning}
 */
export const xai: Dialect = {
  name: "xai",
  hosts: ["api.x.ai"],
  capabilities: () => ({ laterSystem: "in place", thinkTag: null }),
  chunks() {
    let last = "";
    const isRepeated = (text: string | null | undefined) => {
      if (!text) return false;
      const isSame = text === last;
      last = text;
      return isSame;
    };
    return (chunk): ChatChunk => ({
      ...chunk,
      usage: chunk.usage && withReasoningCounted(chunk.usage),
      choices: chunk.choices?.map((choice) =>
        choice.delta && isRepeated(choice.delta.reasoning_content)
          ? { ...choice, delta: { ...choice.delta, reasoning_content: null } }
          : choice
      ),
    });
  },
};
