/**
 * What a test's upstream answers where the demo model would not.
 *
 * @module
 */
import {
  finishChunk,
  roleChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../../src/demo/chunks.ts";
import { chunks, type Reply } from "../../src/demo/replies.ts";

/** The usage these replies report: 600 prompt tokens were cached. */
export const USAGE = {
  prompt_tokens: 1_000,
  prompt_tokens_details: { cached_tokens: 600 },
  completion_tokens: 7,
};

/** An answer of only text. */
export function textReply(text: string): Reply {
  return chunks([
    roleChunk(),
    textChunk(text),
    finishChunk("stop"),
    usageChunk(USAGE),
  ]);
}

/** One tool call. */
export function callReply(
  name: string,
  input: Record<string, unknown>,
): Reply {
  return chunks([
    roleChunk(),
    toolCallChunk({ id: `call_${name}`, name }),
    toolCallChunk({ args: JSON.stringify(input) }),
    finishChunk("tool_calls"),
    usageChunk(USAGE),
  ]);
}
