/**
 * The conversation so far, turn by turn, in a form every upstream accepts.
 *
 * After compaction and interruption, results may be missing, duplicated or left
 * over: this is repaired here, since a client cannot recover from the 400
 * (litellm#16711, OmniRoute#4385).
 *
 * @module
 */
import { ApiError } from "../anthropic/errors.ts";
import type {
  Block,
  InputMessage,
  ToolResult,
  ToolUse,
} from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { toCallId } from "./ids.ts";

/** A tool use of the history, with the id the upstream gets. */
export interface Call {
  toolUse: ToolUse;
  callId: string;
}

/** A call with its result; `null`: it has none. */
export interface Answered {
  call: Call;
  result: ToolResult | null;
}

/** What one side says until the other side speaks. */
export type Turn = AssistantTurn | ClientTurn;

/** A turn of the model, with its calls in order. */
export interface AssistantTurn {
  isModel: true;
  blocks: readonly Block[];
  calls: readonly Call[];
}

/** A turn of the client. */
export interface ClientTurn {
  isModel: false;
  messages: readonly InputMessage[];
  /** All of their blocks. */
  blocks: readonly Block[];
  /** The calls of the turn before, each with its result. */
  answers: readonly Answered[];
  /** The client can still do something about a block that cannot be sent. */
  isNewest: boolean;
}

/**
 * Splits a conversation into turns. Equal beginnings give equal turns, so that
 * the upstream's prompt cache hits.
 *
 * @throws {ApiError} `invalid_request_error` if it ends with the assistant.
 */
export function toTurns(
  messages: readonly InputMessage[],
  capabilities: Pick<Capabilities, "prefill">,
): Turn[] {
  const last = messages.at(-1);
  if (last?.role === "assistant" && !canGoOn(last, capabilities)) {
    throw new ApiError(
      "invalid_request_error",
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  const callIds = new Map<string, number>();
  let calls: Call[] = [];
  const sides = toSides(withoutCleared(messages));
  return sides.map(({ isModel, messages }, index): Turn => {
    const blocks = blocksOf(messages);
    if (isModel) {
      calls = blocks.filter((block) => block.type === "tool_use")
        .map((toolUse) => ({ toolUse, callId: freshId(toolUse, callIds) }));
      return { isModel, blocks, calls };
    }
    const answers = pair(calls, blocks);
    calls = [];
    const isNewest = index === sides.length - 1;
    return { isModel, messages, blocks, answers, isNewest };
  });
}

/** The blocks of a message; a plain text is one block. */
export function toBlocks({ content }: InputMessage): Block[] {
  return typeof content === "string"
    ? [{ type: "text", text: content }]
    : content;
}

/** Whether the upstream accepts the beginning of its answer. */
function canGoOn(
  message: InputMessage,
  { prefill }: Pick<Capabilities, "prefill">,
): boolean {
  return prefill && toBlocks(message).every(({ type }) => type !== "tool_use");
}

/** Messages of one side, until the other side speaks. */
interface Side {
  isModel: boolean;
  messages: InputMessage[];
}

function toSides(messages: readonly InputMessage[]): Side[] {
  const sides: Side[] = [];
  for (const message of messages) {
    const isModel = message.role === "assistant";
    const side = sides.at(-1);
    if (side?.isModel === isModel) side.messages.push(message);
    else sides.push({ isModel, messages: [message] });
  }
  return sides;
}

/** Removes system messages that were meant for a turn that is over. */
function withoutCleared(messages: readonly InputMessage[]): InputMessage[] {
  const newest = messages.findLastIndex((message) =>
    message.role === "user" &&
    toBlocks(message).some(({ type }) => type !== "tool_result")
  );
  return messages.filter(({ role, clear_at }, index) =>
    role !== "system" || clear_at !== "next_user_message" || index > newest
  );
}

/** All blocks of a side, which is nearly always one message. */
function blocksOf(messages: readonly InputMessage[]): readonly Block[] {
  const [first] = messages;
  return first && messages.length === 1
    ? toBlocks(first)
    : messages.flatMap(toBlocks);
}

/**
 * An id no earlier call has: some clients and upstreams count from 0 each turn.
 *
 * @param used Each id so far with the number its last duplicate got, so that a
 * history that repeats one id is repaired in linear time.
 */
function freshId({ id }: ToolUse, used: Map<string, number>): string {
  const wanted = toCallId(id);
  let callId = wanted;
  let times = used.get(wanted) ?? 1;
  while (used.has(callId)) callId = toCallId(`${id}_${++times}`);
  used.set(wanted, times);
  used.set(callId, 1);
  return callId;
}

/** The first unused result for each call's id; equal ids pair up in order. */
function pair(
  calls: readonly Call[],
  blocks: readonly Block[],
): Answered[] {
  if (calls.length === 0) return [];
  const results = blocks.filter((block) => block.type === "tool_result");
  // Reading past an array's end makes V8 deoptimize, every time.
  if (calls.length === 1 && results.length === 1) {
    const call = calls[0];
    const result = results[0];
    if (call && result && result.tool_use_id === call.toolUse.id) {
      return [{ call, result }];
    }
  }
  const byId = Map.groupBy(results, ({ tool_use_id }) => tool_use_id);
  for (const unused of byId.values()) unused.reverse(); // to pop from the end
  return calls.map((call) => ({
    call,
    result: byId.get(call.toolUse.id)?.pop() ?? null,
  }));
}
