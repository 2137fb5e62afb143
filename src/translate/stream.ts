/**
 * Chat Completions chunks in, Messages stream events out. Pure: no I/O, no
 * clock, no randomness.
 *
 * @module
 */
import { ApiError } from "../anthropic/errors.ts";
import type { StopReason, StreamEvent, Usage } from "../anthropic/message.ts";
import type { ChatChunk, ChatDelta, ToolCallDelta } from "../openai/chat.ts";
import { BlockWriter, type OpenBlock } from "./block_writer.ts";
import type { AnswerContext } from "./answer_context.ts";
import { messageShell } from "./message_shell.ts";
import { StopScanner } from "./stop_scanner.ts";
import { toStopReason } from "./stop_reason.ts";
import { readContent } from "./read_content.ts";
import { textOf } from "./reasoning_details.ts";
import { textBlock } from "./text_block.ts";
import { type TaggedText, ThinkTags } from "./think_tags.ts";
import { ThinkingBlock } from "./thinking_block.ts";
import { ToolCalls } from "./tool_calls.ts";
import { NO_USAGE, toUsage, withSomeInput } from "./usage.ts";
import { WebSources } from "./web_sources.ts";

/**
 * Translates the chunks of one chat completion to the events of one message.
 *
 * The events always form one well-nested message: blocks open and close one
 * after the other under indexes 0, 1, 2, …, then `message_delta` and
 * `message_stop`. `message_start` comes with the first block, so that a failure
 * before it is still a status line. Usage is taken from whichever chunk carries
 * it, so a trailing usage-only chunk counts.
 */
export class StreamTranslator {
  readonly #context: AnswerContext;
  readonly #blocks: BlockWriter;
  readonly #stopScanner: StopScanner;
  readonly #thinkTags: ThinkTags;
  readonly #calls: ToolCalls;
  readonly #sources: WebSources;
  #events: StreamEvent[] = [];
  #hasStarted: boolean;
  /** The text or thinking that goes on; `null` once another block has begun. */
  #text: OpenBlock | null = null;
  #thinking: ThinkingBlock | null = null;
  #blockCount = 0;
  #refusal: string | null = null;
  #finishReason: string | null = null;
  #stopSequence: string | null = null;
  #usage: Usage | null = null;
  #outputChars = 0;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#hasStarted = context.isStarted ?? false;
    this.#blocks = new BlockWriter((event) => this.#emit(event));
    this.#stopScanner = new StopScanner(context.stopSequences);
    this.#thinkTags = new ThinkTags(context.thinkTag ?? null);
    this.#calls = new ToolCalls(context);
    this.#sources = new WebSources(context);
  }

  /** Whether the upstream has said how the answer ended. */
  get isFinished(): boolean {
    return this.#finishReason !== null;
  }

  /** Whether a stop sequence ended the answer: the upstream may be let go. */
  get isStopped(): boolean {
    return this.#stopSequence !== null;
  }

  /** Usage as last reported by the upstream, `null` if it never was. */
  get usage(): Usage | null {
    return this.#usage;
  }

  /** `message_start`, unless it has been sent. */
  start(): StreamEvent[] {
    this.#start();
    return this.#take();
  }

  /**
   * What keeps a waiting client patient: a ping, and for Claude Code, whose
   * watchdog no longer counts pings (claudecode_webui#1674), an empty delta.
   */
  keepAlive(): StreamEvent[] {
    return [{ type: "ping" }, ...this.#blocks.idle()];
  }

  /** Translates one chunk. Chunks after a stop sequence add nothing. */
  push(given: ChatChunk): StreamEvent[] {
    const chunk = this.#context.toPlain?.(given) ?? given;
    if (chunk.usage) this.#usage = toUsage(chunk.usage);
    for (const choice of chunk.choices ?? []) {
      if (choice.delta && !this.isStopped) this.#delta(choice.delta);
      this.#finishReason = choice.finish_reason || this.#finishReason;
    }
    return this.#take();
  }

  /**
   * Ends the message.
   *
   * @param sawSentinel Whether the upstream sent `[DONE]`. Some local servers
   * never give a finish reason, but one of the two must be there.
   * @throws {ApiError} `api_error` if the answer was cut off or is empty: it
   * must not look complete.
   */
  end({ sawSentinel }: { sawSentinel: boolean }): StreamEvent[] {
    const finishReason = this.#finishReason ?? (sawSentinel ? "stop" : null);
    if (finishReason === null && !this.isStopped) {
      throw failure("Upstream closed the connection before the answer's end");
    }
    if (!this.isStopped) this.#tell(this.#thinkTags.rest());
    this.#flushText();
    this.#tellSources();
    const stopReason = this.#stopReason(finishReason ?? "stop");
    if (this.#blockCount === 0 && stopReason === "end_turn") {
      throw failure("Upstream returned an empty answer");
    }
    this.#start();
    this.#blocks.finish();
    this.#emit({
      type: "message_delta",
      delta: {
        stop_reason: stopReason,
        stop_sequence: this.#stopSequence,
        stop_details: stopReason === "refusal"
          ? { type: "refusal", category: null, explanation: this.#refusal }
          : null,
        container: null,
      },
      usage: {
        ...withSomeInput(this.#usage ?? this.#estimatedUsage()),
        server_tool_use: this.#sources.usage,
      },
      ...this.#edits(),
    });
    this.#emit({ type: "message_stop" });
    return this.#take();
  }

  #delta(delta: ChatDelta): void {
    const { content, reasoning_details: details } = delta;
    const reasoning = delta.reasoning_content || delta.reasoning ||
      (details ? textOf(details) : "");
    this.#think(reasoning);
    if (details?.length) this.#thinkingBlock()?.carry(details);
    if (delta.annotations) this.#sources.add(delta.annotations);
    if (typeof content === "string" && this.#thinkTags.isPast) {
      this.#say(content); // the rule, chunk after chunk
    } else {
      const { thinking, text } = readContent(content);
      if (!reasoning) this.#think(thinking);
      this.#tell(this.#thinkTags.push(text));
    }
    if (delta.refusal) {
      this.#refusal = (this.#refusal ?? "") + delta.refusal;
      this.#say(delta.refusal);
    }
    if (this.isStopped) return;
    if (delta.tool_calls?.length) this.#tell(this.#thinkTags.rest());
    for (const call of delta.tool_calls ?? []) this.#call(call);
    if (delta.function_call) {
      this.#call({ index: 0, function: delta.function_call });
    }
  }

  #tell({ thinking, text }: TaggedText): void {
    this.#think(thinking);
    this.#say(text);
  }

  #say(text: string): void {
    if (text === "" || this.isStopped) return;
    const scanned = this.#stopScanner.push(text);
    this.#write(scanned.text);
    this.#stopSequence = scanned.matched;
  }

  /** Text held back for a stop sequence that cannot come any more. */
  #flushText(): void {
    this.#write(this.#stopScanner.rest());
  }

  #write(text: string): void {
    if (text === "") return;
    this.#outputChars += text.length;
    if (!this.#text) {
      this.#tellSources();
      const text = textBlock(() => this.#sources.takeCitations());
      this.#begin(this.#text = text);
    }
    this.#blocks.write(this.#text, { type: "text_delta", text });
  }

  /** What the upstream found on the web: before the text, where it is known by then. */
  #tellSources(): void {
    for (const block of this.#sources.takeBlocks()) this.#begin(block);
  }

  #think(text: string): void {
    if (text === "") return;
    this.#outputChars += text.length;
    const block = this.#thinkingBlock();
    const thinking = block?.add(text);
    if (!block || !thinking) return;
    this.#blocks.write(block, { type: "thinking_delta", thinking });
  }

  #thinkingBlock(): ThinkingBlock | null {
    const { thinking, origin } = this.#context;
    if (thinking === "off") return null;
    if (!this.#thinking) {
      this.#flushText();
      this.#begin(this.#thinking = new ThinkingBlock(thinking, origin));
    }
    return this.#thinking;
  }

  #call(delta: ToolCallDelta): void {
    const call = this.#calls.callOf(delta, (begun) => {
      this.#flushText();
      const { id: upstreamId, extra_content: extra } = delta;
      const thinking = extra ? this.#thinkingBlock() : this.#thinking;
      thinking?.precede({ upstreamId, id: begun.id, extra });
      this.#begin(begun);
    });
    const { name, arguments: given } = delta.function ?? {};
    if (name) call?.addName(name);
    if (!call || !given) return;
    const text = typeof given === "string" ? given : JSON.stringify(given);
    this.#outputChars += text.length;
    const partial_json = call.addArguments(text);
    if (partial_json === "") return;
    this.#blocks.write(call, { type: "input_json_delta", partial_json });
  }

  /** Puts a block in line; text and thinking that went before are over. */
  #begin(block: OpenBlock): void {
    if (block !== this.#text) this.#text = null;
    if (block !== this.#thinking) this.#thinking = null;
    this.#blockCount++;
    this.#blocks.add(block);
  }

  #stopReason(finishReason: string): StopReason {
    if (this.isStopped) return "stop_sequence";
    if (this.#refusal !== null) return "refusal";
    const hasToolUse = this.#calls.count > 0;
    return toStopReason(finishReason, { hasToolUse });
  }

  /** What the upstream did not count: 4 characters a token, never nothing. */
  #estimatedUsage(): Usage {
    return {
      ...NO_USAGE,
      input_tokens: Math.max(1, this.#context.inputTokens),
      output_tokens: Math.ceil(this.#outputChars / 4),
    };
  }

  #edits(): { context_management?: { applied_edits: [] } } {
    if (!this.#context.reportsEdits) return {};
    return { context_management: { applied_edits: [] } };
  }

  #start(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const message = messageShell(this.#context);
    this.#events.unshift({ type: "message_start", message });
  }

  #emit(event: StreamEvent): void {
    this.#start();
    this.#events.push(event);
  }

  #take(): StreamEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

function failure(message: string): ApiError {
  return new ApiError("api_error", message, { status: 502 });
}
