/**
 * Translates Chat Completions chunks to Messages stream events. Pure: no I/O,
 * no clock, no randomness.
 *
 * @module
 */
import type { StreamEvent } from "../anthropic/message.ts";
import type { ChatChunk, ChatDelta } from "../openai/chat.ts";
import type { AnswerContext } from "./answer_context.ts";
import type { CountedUsage } from "./counted_usage.ts";
import { MessageWriter } from "./message_writer.ts";
import { readContent } from "./read_content.ts";
import { textOf } from "./reasoning_details.ts";
import { textSignature } from "./text_signature.ts";
import { type TaggedText, ThinkTags } from "./think_tags.ts";
import type { Translator } from "./translator.ts";
import { toBilledUsd, toUsage } from "./usage.ts";

/**
 * Translates the chunks of one chat completion to the events of one message.
 * Usage is taken from whichever chunk carries it, so a trailing usage-only
 * chunk counts.
 */
export class StreamTranslator implements Translator<ChatChunk> {
  readonly #toPlain: AnswerContext["toPlain"];
  readonly #writer: MessageWriter;
  readonly #thinkTags: ThinkTags;
  #finishReason: string | null = null;
  #billedUsd: number | undefined;
  #hasCalls = false;

  constructor(context: AnswerContext) {
    this.#toPlain = context.toPlain;
    this.#writer = new MessageWriter(context);
    this.#thinkTags = new ThinkTags({
      tag: context.thinkTag ?? null,
      isPrefilled: context.thinkTagPrefilled ?? false,
    });
  }

  get isFinished(): boolean {
    return this.#finishReason !== null;
  }

  get isStopped(): boolean {
    return this.#writer.isStopped;
  }

  get usage(): CountedUsage | null {
    return this.#writer.counted(this.#billedUsd);
  }

  start(): StreamEvent[] {
    return this.#writer.start();
  }

  keepAlive(): StreamEvent[] {
    return this.#writer.keepAlive();
  }

  /** Translates one chunk. Chunks after a stop sequence add nothing. */
  push(given: ChatChunk): StreamEvent[] {
    const chunk = this.#toPlain?.(given) ?? given;
    if (chunk.usage) {
      this.#writer.usage = toUsage(chunk.usage);
      this.#billedUsd = toBilledUsd(chunk.usage);
    }
    for (const choice of chunk.choices ?? []) {
      if (choice.delta && !this.isStopped) this.#delta(choice.delta);
      this.#finishReason = choice.finish_reason || this.#finishReason;
    }
    return this.#writer.take();
  }

  /**
   * @param sawSentinel Whether the upstream sent `[DONE]`. Some local servers
   * never send a finish reason, but one of the two is required.
   */
  end({ sawSentinel }: { sawSentinel: boolean }): StreamEvent[] {
    const finishReason = this.#finishReason ?? (sawSentinel ? "stop" : null);
    if (finishReason !== null && !this.isStopped) {
      this.#tell(this.#thinkTags.rest());
    }
    if (finishReason === "stop" && !this.#hasCalls) {
      this.#writer.say(this.#thinkTags.unclosed); // reasoning does not end without its tag
    }
    this.#writer.end(finishReason);
    return this.#writer.take();
  }

  #delta(delta: ChatDelta): void {
    const { content, reasoning_details: details } = delta;
    const writer = this.#writer;
    const reasoning = delta.reasoning_content || delta.reasoning ||
      (details ? textOf(details) : "");
    if (reasoning) this.#thinkTags.expectOpen();
    writer.think(reasoning);
    if (details?.length) writer.thinking()?.carry(details);
    if (delta.annotations) writer.cite(delta.annotations);
    writer.sign(textSignature(delta.extra_content));
    if (typeof content === "string" && this.#thinkTags.isPast) {
      writer.say(content); // the usual case, chunk after chunk
    } else {
      const { thinking, text } = readContent(content);
      if (!reasoning) writer.think(thinking);
      this.#tell(this.#thinkTags.push(text));
    }
    if (delta.refusal) writer.refuse(delta.refusal);
    if (this.isStopped) return;
    const { tool_calls, function_call } = delta;
    if (tool_calls?.length) this.#tell(this.#thinkTags.rest());
    for (const call of tool_calls ?? []) writer.call(call);
    if (function_call) writer.call({ index: 0, function: function_call });
    this.#hasCalls ||= Boolean(tool_calls?.length || function_call);
  }

  #tell({ thinking, text }: TaggedText): void {
    this.#writer.think(thinking);
    this.#writer.say(text);
  }
}
