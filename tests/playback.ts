/**
 * Recorded or constructed answers of an upstream, translated for a client and
 * sent back by it.
 *
 * @module
 */
import type { Message, StreamEvent } from "../src/anthropic/message.ts";
import type { Dialect } from "../src/dialects/dialect.ts";
import { ChatChunk, type ChatMessage } from "../src/openai/chat.ts";
import { toAnswerContext } from "../src/translate/answer_context.ts";
import { assemble } from "../src/translate/assemble.ts";
import { StreamTranslator } from "../src/translate/stream.ts";
import { aRequest, targetAt, toChat, toolResult, user } from "./builders.ts";

/** A model at an upstream, and the client's request. */
export interface Asked {
  dialect: Dialect;
  model: string;
  fields?: Record<string, unknown>;
}

const ADAPTIVE = { thinking: { type: "adaptive" } };

/** The chunks of a fixture, e.g. `xai/reasoning`. */
export async function readChunks(name: string): Promise<ChatChunk[]> {
  const url = new URL(`fixtures/${name}.jsonl`, import.meta.url);
  const lines = (await Deno.readTextFile(url)).trim().split("\n");
  return lines.map((line) => ChatChunk.parse(JSON.parse(line)));
}

/** The events a client gets; thinking is on unless `fields` say otherwise. */
export function playEvents(
  chunks: readonly ChatChunk[],
  { dialect, model, fields = ADAPTIVE }: Asked,
): StreamEvent[] {
  let ids = 0;
  const translator = new StreamTranslator(toAnswerContext(aRequest(fields), {
    target: targetAt(dialect, model),
    messageId: "msg_1",
    inputTokens: 42,
    newToolUseId: () => `toolu_${++ids}`,
  }));
  return [
    ...chunks.flatMap((chunk) => translator.push(chunk)),
    ...translator.end({ sawSentinel: true }),
  ];
}

/** The message a client assembles. */
export function play(chunks: readonly ChatChunk[], asked: Asked): Message {
  return assemble(playEvents(chunks, asked));
}

/**
 * The messages the upstream gets when the client continues after `message`: all
 * tools have run, with `r` as their result.
 */
export function sendBack(
  { content }: Message,
  { dialect, model, fields }: Asked,
): ChatMessage[] {
  const results = content.flatMap((block) =>
    block.type === "tool_use" ? [toolResult(block.id, "r")] : []
  );
  const messages = [
    user({ type: "text", text: "q" }),
    { role: "assistant", content },
    user(...results, { type: "text", text: "go on" }),
  ];
  return toChat({ ...fields, messages }, targetAt(dialect, model)).messages;
}
