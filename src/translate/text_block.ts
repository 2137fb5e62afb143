import type { OpenBlock } from "./block_writer.ts";

/** A text block: nothing to remember, over as soon as another block waits. */
export function textBlock(): OpenBlock {
  return {
    shell: () => ({ type: "text", text: "", citations: null }),
    isDone: () => true,
    last: () => [],
  };
}
