/**
 * Requests, contexts and chunks for unit tests, completed to valid ones.
 *
 * @module
 */
import type {
  ContentBlock,
  Delta,
  Message,
  StreamEvent,
} from "../src/anthropic/message.ts";
import {
  type MessagesRequest,
  parseMessagesRequest,
} from "../src/anthropic/request.ts";
import type { Dialect } from "../src/dialects/dialect.ts";
import {
  type Target,
  toTarget,
  type UpstreamApi,
} from "../src/models/select_target.ts";
import { type Capabilities, PLAIN } from "../src/openai/capabilities.ts";
import {
  type ChatChunk,
  type ChatCompletion,
  type ChatDelta,
  type ChatMessage,
  type ChatRequest,
  toChunk,
} from "../src/openai/chat.ts";
import type { MessageRecord, RequestRecord } from "../src/observe/record.ts";
import { UNTIMED } from "../src/observe/timeline.ts";
import type { AnswerContext } from "../src/translate/answer_context.ts";
import type { RequestTarget } from "../src/translate/request.ts";
import { Notices } from "../src/translate/notices.ts";
import { translateRequest } from "../src/translate/request.ts";
import { assemble } from "../src/translate/assemble.ts";
import { StreamTranslator } from "../src/translate/stream.ts";
import type { BreakerHints } from "../src/upstream/breaker_hints.ts";

/** A parsed Messages request. */
export function aRequest(
  fields: Record<string, unknown> = {},
): MessagesRequest {
  return parseMessagesRequest({
    model: "claude-sonnet-5",
    max_tokens: 50,
    messages: [{ role: "user", content: "hi" }],
    ...fields,
  });
}

/** Capabilities of a plain upstream with these changes. */
export function capable(given: Partial<Capabilities> = {}): Capabilities {
  return { ...PLAIN, ...given };
}

/** A target with only these known capabilities. */
export function aTarget(given: Partial<Capabilities> = {}): RequestTarget {
  return {
    model: "m",
    dialect: { name: "test" },
    capabilities: capable(given),
  };
}

/** A model at the upstream that speaks `dialect`, in Chat Completions. */
export function targetAt(
  dialect: Dialect,
  model: string,
  api: UpstreamApi = "chat",
): Target {
  const name = dialect.hosts[0] ?? "localhost";
  return toTarget(
    { name, url: `https://${name}/v1`, keys: [], api, dialect },
    model,
  );
}

/** Translates a request and lets the dialect, if any, adapt it. */
export function toChat(
  fields: Record<string, unknown>,
  target: RequestTarget | Target = aTarget(),
  given: { inputTokens?: number; sessionId?: string } = {},
): ChatRequest {
  const request = aRequest(fields);
  const chat = translateRequest(request, {
    target,
    inputTokens: 10,
    notices: new Notices(),
    ...given,
  });
  const dialect: Partial<Dialect> = target.dialect;
  return dialect.request?.(chat, request) ?? chat;
}

/** Translates a whole completion: as a stream of one chunk. */
export function toMessage(
  completion: ChatCompletion,
  context: AnswerContext,
): Message {
  const translator = new StreamTranslator(context);
  const sawSentinel = Boolean(completion.choices?.length);
  return assemble([
    ...translator.push(toChunk(completion)),
    ...translator.end({ sawSentinel }),
  ]);
}

/** The record of a message: answered at once by `up/m`. */
export function aMessageRecord(
  given: Partial<MessageRecord> = {},
): MessageRecord {
  return {
    session: undefined,
    model: "claude-sonnet-5",
    upstream: "up",
    upstreamModel: "m",
    isStream: true,
    attempts: 1,
    cache: "miss",
    waitedMs: 0,
    usage: null,
    cost: null,
    toldTokens: null,
    sent: null,
    notices: [],
    firstEventMs: null,
    timeline: UNTIMED,
    ...given,
  };
}

/** The record of a request other than for a message: answered at once. */
export function aRecord(given: Partial<RequestRecord> = {}): RequestRecord {
  return {
    requestId: "req_1",
    method: "POST",
    route: "/v1/messages",
    status: 200,
    outcome: "finished",
    error: null,
    startedAt: 0,
    durationMs: 0,
    traceParent: null,
    message: null,
    ...given,
  };
}

/** Translates only the messages. */
export function toMessages(
  messages: unknown[],
  given: Partial<Capabilities> = {},
): ChatMessage[] {
  return toChat({ messages }, aTarget(given)).messages;
}

/** A message or block as a client sends it. */
type Sent = Record<string, unknown>;

/** A user message. */
export function user(...content: unknown[]): Sent {
  return { role: "user", content };
}

/** An assistant message. */
export function assistant(...content: unknown[]): Sent {
  return { role: "assistant", content };
}

/** A text block. */
export function text(text: string): { type: "text"; text: string } {
  return { type: "text", text };
}

/** A tool use block. */
export function toolUse(id: string, name = "Bash", input: unknown = {}): Sent {
  return { type: "tool_use", id, name, input };
}

/** A tool result block. */
export function toolResult(
  tool_use_id: string,
  content?: unknown,
  rest: Sent = {},
): Sent {
  return { type: "tool_result", tool_use_id, content, ...rest };
}

/** A PNG as an image block. */
export function image(): Sent {
  const source = { type: "base64", media_type: "image/png", data: "aGk=" };
  return { type: "image", source };
}

/** A PDF as a document block. */
export function pdf(): Sent {
  return {
    type: "document",
    source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
  };
}

/** A context for translating an answer; ids count from `toolu_1`. */
export function answerContext(
  given: Partial<AnswerContext> = {},
): AnswerContext {
  let ids = 0;
  return {
    isStarted: false,
    messageId: "msg_1",
    model: "claude-sonnet-5",
    inputTokens: 42,
    thinking: "off",
    origin: { dialect: "test", model: "m" },
    stopSequences: [],
    searchQuery: null,
    reportsEdits: false,
    singleToolUse: false,
    toolNames: new Map(),
    newToolUseId: () => `toolu_${++ids}`,
    ...given,
  };
}

/** A chunk of one choice. */
export function chunk(
  delta: ChatDelta | null,
  finish_reason: string | null = null,
): ChatChunk {
  return { choices: [{ delta, finish_reason }] };
}

/** Chunks with one piece of text each. */
export function says(...pieces: string[]): ChatChunk[] {
  return pieces.map((content) => chunk({ content }));
}

/** All events for the chunks, including the end. */
export function toEvents(
  chunks: readonly ChatChunk[],
  given: Partial<AnswerContext> = {},
  sawSentinel = true,
): StreamEvent[] {
  const translator = new StreamTranslator(answerContext(given));
  const events = chunks.flatMap((chunk) => translator.push(chunk));
  return [...events, ...translator.end({ sawSentinel })];
}

/** A block as described by events: its shell and its deltas. */
export interface ToldBlock {
  shell: ContentBlock;
  deltas: Delta[];
}

/**
 * Groups events by block.
 *
 * @throws {Error} if they are not one well-nested message with indexes 0, 1, 2, ….
 */
export function toBlocks(events: readonly StreamEvent[]): ToldBlock[] {
  const told: ToldBlock[] = [];
  let open: ToldBlock | null = null;
  const types = events.map(({ type }) => type);
  if (
    types.indexOf("message_start") !== 0 ||
    types.lastIndexOf("message_start") !== 0 ||
    types.indexOf("message_delta") !== types.length - 2 ||
    types.indexOf("message_stop") !== types.length - 1
  ) throw new Error(`Not one message: ${types.join(", ")}`);
  for (const event of events) {
    if (!("index" in event)) continue;
    const isStart = event.type === "content_block_start";
    if (isStart !== (open === null)) throw new Error(`Misplaced ${event.type}`);
    if (event.type === "content_block_start") {
      told.push(open = { shell: event.content_block, deltas: [] });
    }
    if (event.index !== told.length - 1) {
      throw new Error(`Index ${event.index} in block ${told.length - 1}`);
    }
    if (event.type === "content_block_delta") open?.deltas.push(event.delta);
    if (event.type === "content_block_stop") open = null;
  }
  if (open) throw new Error("A block was left open");
  return told;
}

/** Text, thinking or JSON of a block, concatenated. */
export function gathered({ deltas }: ToldBlock): string {
  return deltas.map((delta) => {
    if (delta.type === "text_delta") return delta.text;
    if (delta.type === "thinking_delta") return delta.thinking;
    return delta.type === "input_json_delta" ? delta.partial_json : "";
  }).join("");
}

/**
 * Blocks in short form, then the stop reason: `text ab`, `Bash {}`, `tool_use`.
 */
export function told(events: readonly StreamEvent[]): string[] {
  const blocks = toBlocks(events).map((block) => {
    const { shell } = block;
    const label = shell.type === "tool_use" ? shell.name : shell.type;
    return `${label} ${gathered(block)}`;
  });
  return [...blocks, ...ends(events).map(({ delta }) => delta.stop_reason)];
}

/** The events that end a message; one, if all is well. */
export function ends(
  events: readonly StreamEvent[],
): Extract<StreamEvent, { type: "message_delta" }>[] {
  return events.filter((event) => event.type === "message_delta");
}

/** Hints of an instance that is alone. */
export const NO_HINTS: BreakerHints = {
  opened() {},
  closed() {},
  openMs: () => Promise.resolve(0),
};
