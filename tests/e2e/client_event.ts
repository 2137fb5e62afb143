/**
 * What Claude Code prints with `--output-format stream-json`: one object per
 * line, as far as the tests look at it.
 *
 * @see {@link https://code.claude.com/docs/en/headless}
 * @module
 */
import { z } from "zod";

const ClientBlock = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  name: z.string().optional(),
  content: z.unknown().optional(),
});

/** A content block of a message. */
export type ClientBlock = z.infer<typeof ClientBlock>;

function toBlocks(text: string): ClientBlock[] {
  return [{ type: "text", text }];
}

/** One line. */
export const ClientEvent = z.looseObject({
  /** `system`, `assistant`, `user`, `stream_event`, `result`, …. */
  type: z.string(),
  subtype: z.string().optional(),
  message: z.looseObject({
    content: z.union([z.array(ClientBlock), z.string().transform(toBlocks)]),
  }).optional(),
  /** Of the Messages API, in a `stream_event`. */
  event: z.looseObject({ type: z.string() }).optional(),
});

/** The last line of a turn. */
export const ClientResult = z.looseObject({
  type: z.literal("result"),
  is_error: z.boolean(),
  /** The model's last text, or what went wrong. */
  result: z.string(),
  num_turns: z.number(),
  usage: z.looseObject({
    input_tokens: z.number(),
    cache_read_input_tokens: z.number(),
    output_tokens: z.number(),
  }),
});

export type ClientEvent = z.infer<typeof ClientEvent>;
export type ClientResult = z.infer<typeof ClientResult>;

/** Content blocks of one type, over all messages in their order. */
export function blocksOf(
  events: readonly ClientEvent[],
  type: string,
): ClientBlock[] {
  return events.flatMap(({ message }) => message?.content ?? [])
    .filter((block) => block.type === type);
}
