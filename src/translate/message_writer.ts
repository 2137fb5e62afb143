import { ApiError } from "../anthropic/errors.ts";
import type { StopReason, StreamEvent, Usage } from "../anthropic/message.ts";
import type { Annotation, ToolCallDelta } from "../openai/chat.ts";
import type { AnswerContext } from "./answer_context.ts";
import { BlockWriter, type OpenBlock } from "./block_writer.ts";
import { messageShell } from "./message_shell.ts";
import { StopScanner } from "./stop_scanner.ts";
import { toStopReason } from "./stop_reason.ts";
import { textBlock } from "./text_block.ts";
import { type Phase, ThinkingBlock } from "./thinking_block.ts";
import { ToolCalls } from "./tool_calls.ts";
import type { CountedUsage } from "./counted_usage.ts";
import { NO_USAGE, withSomeInput } from "./usage.ts";
import { type ToldSearch, WebSources } from "./web_sources.ts";

/**
 * Writes what an upstream says as the events of one message, whichever API it
 * speaks: the translators read its stream and call this piece by piece.
 *
 * The events always form one well-nested message: blocks open and close one
 * after the other under indexes 0, 1, 2, …, then `message_delta` and
 * `message_stop`. `message_start` comes with the first block, so that a failure
 * before it can still set the status line. Nothing is written after a stop
 * sequence.
 */
export class MessageWriter {
  readonly #context: AnswerContext;
  readonly #blocks: BlockWriter;
  readonly #stopScanner: StopScanner;
  readonly #calls: ToolCalls;
  readonly #sources: WebSources;
  #events: StreamEvent[] = [];
  #hasStarted: boolean;
  /** The current text or thinking; `null` once another block has begun. */
  #text: OpenBlock | null = null;
  #thinking: ThinkingBlock | null = null;
  /** The upstream's signature of the text, until thinking carries it. */
  #signature: unknown = undefined;
  #blockCount = 0;
  #refusal: string | null = null;
  #stopSequence: string | null = null;
  #outputChars = 0;
  /** Usage as last reported by the upstream; `null`: never. */
  usage: Usage | null = null;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#hasStarted = context.isStarted ?? false;
    this.#blocks = new BlockWriter((event) => this.#emit(event));
    this.#stopScanner = new StopScanner(context.stopSequences);
    this.#calls = new ToolCalls(context);
    this.#sources = new WebSources(context);
  }

  /** Whether a stop sequence ended the answer: the upstream can be stopped. */
  get isStopped(): boolean {
    return this.#stopSequence !== null;
  }

  /** `message_start`, unless it has been sent. */
  start(): StreamEvent[] {
    this.#start();
    return this.take();
  }

  /**
   * Events that keep a waiting client from giving up: a ping, and for Claude
   * Code, whose watchdog ignores pings now (claudecode_webui#1674), an empty
   * delta.
   */
  keepAlive(): StreamEvent[] {
    return [{ type: "ping" }, ...this.#blocks.idle()];
  }

  /** The events written since they were last taken. */
  take(): StreamEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Writes text, up to a stop sequence. */
  say(text: string): void {
    if (text === "" || this.isStopped) return;
    const scanned = this.#stopScanner.push(text);
    this.#write(scanned.text);
    this.#stopSequence = scanned.matched;
  }

  /** Writes a refusal, in place of an answer. */
  refuse(text: string): void {
    if (text === "") return;
    this.#refusal = (this.#refusal ?? "") + text;
    this.say(text);
  }

  /** Writes reasoning, as far as the client wants to see it. */
  think(text: string): void {
    if (text === "" || this.isStopped) return;
    this.#outputChars += text.length;
    const block = this.thinking();
    const thinking = block?.add(text);
    if (!block || !thinking) return;
    this.#blocks.write(block, { type: "thinking_delta", thinking });
  }

  /** The current thinking, else a new one; `null` if the client wants none. */
  thinking(): ThinkingBlock | null {
    const { thinking, origin } = this.#context;
    if (thinking === "off" || this.isStopped) return null;
    if (!this.#thinking) {
      this.#flushText();
      this.#begin(this.#thinking = new ThinkingBlock(thinking, origin));
    }
    return this.#thinking;
  }

  /** A separate thinking block; `null` if the client wants none. */
  nextThinking(): ThinkingBlock | null {
    const last = this.#thinking;
    this.#thinking = null;
    const next = this.thinking();
    if (next) last?.precedeOther("thinking");
    return next;
  }

  /**
   * Makes the text that follows a separate block.
   *
   * @param phase To be returned to the upstream with it; carried by thinking.
   */
  nextText(phase?: Phase): void {
    if (this.isStopped) return;
    this.#flushText();
    this.#text = null;
    const carrier = phase ? this.thinking() : this.#thinking;
    carrier?.precedeOther("text", phase);
  }

  /** Takes what must be sent back with the text; may come before its end. */
  sign(signature: unknown): void {
    this.#signature = signature ?? this.#signature;
  }

  /** Writes a fragment of a call, or begins one. */
  call(delta: ToolCallDelta): void {
    if (this.isStopped) return;
    const call = this.#calls.callOf(delta, (begun) => {
      this.#flushText();
      this.#flushSignature();
      const { id: upstreamId, extra_content: extra } = delta;
      const thinking = extra ? this.thinking() : this.#thinking;
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

  /** Adds pages that the answer cites. */
  cite(annotations: readonly Annotation[]): void {
    this.#sources.add(annotations);
  }

  /** Writes a search the upstream has made. */
  search(search: ToldSearch): void {
    if (this.isStopped) return;
    this.#thinking = null; // it was about the search
    const blocks = this.#sources.search(search);
    if (blocks.length > 0) this.#flushText();
    for (const block of blocks) this.#begin(block);
  }

  /**
   * Ends the message.
   *
   * @param finishReason In Chat Completions terms; `null`: the upstream gave
   * none.
   * @throws {ApiError} `api_error` if the answer was cut off or is empty: it
   * must not look complete.
   */
  end(finishReason: string | null): void {
    if (finishReason === null && !this.isStopped) {
      throw failure("Upstream closed the connection before the answer's end");
    }
    this.#flushText();
    for (const block of this.#sources.takeLastBlocks()) this.#begin(block);
    const stopReason = this.#stopReason(finishReason ?? "stop");
    if (this.#blockCount === 0 && stopReason === "end_turn") {
      throw failure("Upstream returned an empty answer");
    }
    this.#flushSignature();
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
        ...withSomeInput(this.usage ?? this.#estimatedUsage()),
        server_tool_use: this.#sources.usage,
      },
      ...this.#edits(),
    });
    this.#emit({ type: "message_stop" });
  }

  /** Writes text held back for a stop sequence that can no longer come. */
  #flushText(): void {
    this.#write(this.#stopScanner.rest());
  }

  /** Only thinking can carry it, if necessary in a block of its own. */
  #flushSignature(): void {
    if (this.#signature === undefined) return;
    this.thinking()?.sign(this.#signature);
    this.#signature = undefined;
  }

  #write(text: string): void {
    if (text === "") return;
    this.#outputChars += text.length;
    if (!this.#text) {
      // What the upstream found on the web, if already known.
      for (const block of this.#sources.takeBlocks()) this.#begin(block);
      const text = textBlock(() => this.#sources.takeCitations());
      this.#begin(this.#text = text);
    }
    this.#blocks.write(this.#text, { type: "text_delta", text });
  }

  /** Queues a block; the current text or thinking ends. */
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

  /** For what the upstream did not count: 4 characters per token, never 0. */
  /** Usage with the upstream's charge, or an estimate if anything was said. */
  counted(billedUsd?: number): CountedUsage | null {
    if (this.usage) {
      return billedUsd === undefined
        ? this.usage
        : { ...this.usage, billedUsd };
    }
    if (this.#blockCount === 0) return null;
    return { ...this.#estimatedUsage(), isEstimate: true };
  }

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
}

function failure(message: string): ApiError {
  return new ApiError("api_error", message, { status: 502 });
}
