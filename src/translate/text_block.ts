import type { Citation } from "../anthropic/message.ts";
import type { OpenBlock } from "./block_writer.ts";

/**
 * A text block: ends as soon as another block waits.
 *
 * @param citations What it cites, read when it closes: upstreams send that
 * last.
 */
export function textBlock(citations: () => readonly Citation[]): OpenBlock {
  return {
    shell: () => ({ type: "text", text: "", citations: null }),
    isDone: () => true,
    last: () =>
      citations().map((citation) => ({ type: "citations_delta", citation })),
  };
}
