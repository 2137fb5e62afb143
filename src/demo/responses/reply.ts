/**
 * Translates a reply written for Chat Completions to the Responses API. Replies
 * made of bytes stay unchanged. Pure.
 *
 * @module
 */
import { ChatCompletion, toChunk } from "../../openai/chat.ts";
import type { Reply } from "../replies.ts";
import type { Event, OutputItem } from "./draft.ts";
import { toSaid } from "./strokes.ts";
import { write, type WriteOptions } from "./writer.ts";

/** Translates what is said; `output` are the complete items. */
export function toResponsesReply(
  reply: Reply,
  options: WriteOptions,
): { reply: Reply; output: readonly OutputItem[] } {
  const { said, body } = reply;
  if (said === undefined) return { reply, output: [] };
  if (typeof body === "string") {
    const { finishReason, ...rest } = toSaid(
      said.map((each) => toChunk(ChatCompletion.parse(each))),
    );
    const ended = { ...rest, finishReason: finishReason ?? "stop" };
    const { response, output } = write(ended, options);
    return { reply: { ...reply, body: JSON.stringify(response) }, output };
  }
  const { events, output } = write(toSaid(said), options);
  return {
    reply: { ...reply, body: { ...body, pieces: events.map(toText) } },
    output,
  };
}

/** An event as sent: named, unlike a chunk, and without a sentinel. */
function toText(event: Event): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
