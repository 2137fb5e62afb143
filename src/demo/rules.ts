/**
 * OpenAI's rules about the fields of a chat request beyond their types: above
 * all that every tool call is answered at once. Pure.
 *
 * @module
 */
import type {
  ChatAssistantMessage,
  ChatMessage,
  ChatRequest,
} from "../openai/chat.ts";
import { BadRequest } from "./bad_request.ts";

/**
 * Checks that tool options come with tools, stream options with a stream, and
 * messages in an order models are trained on.
 *
 * @throws {BadRequest} in OpenAI's wording, for the first rule broken.
 */
export function checkRules(request: ChatRequest): void {
  checkTools(request);
  if (request.stream_options && request.stream !== true) {
    const text = "The 'stream_options' parameter is only allowed when " +
      "'stream' is enabled.";
    throw new BadRequest(text, { param: "stream_options" });
  }
  checkTurns(request.messages);
}

function checkTools(request: ChatRequest): void {
  const { tools, tool_choice: choice } = request;
  for (const param of ["tool_choice", "parallel_tool_calls"]) {
    if (tools || request[param] === undefined) continue;
    const text =
      `Invalid value for '${param}': '${param}' is only allowed when ` +
      "'tools' are specified.";
    throw new BadRequest(text, { param });
  }
  if (typeof choice !== "object") return;
  const { name } = choice.function;
  if (tools?.some((tool) => tool.function.name === name)) return;
  const text = `Tool choice '${name}' not found in 'tools' parameter.`;
  throw new BadRequest(text, { param: "tool_choice" });
}

function checkTurns(messages: ChatMessage[]): void {
  let caller: Caller = { index: -1, calls: [], missing: new Set() };
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      checkToolMessage(message.tool_call_id, caller.calls, index);
      caller.missing.delete(message.tool_call_id);
      continue;
    }
    checkAnswered(caller);
    const calls = message.role === "assistant"
      ? checkAssistant(message, index)
      : [];
    caller = { index, calls, missing: new Set(calls) };
  }
  checkAnswered(caller);
}

/** The latest message that is not a tool's, and its unanswered calls. */
interface Caller {
  index: number;
  calls: string[];
  missing: Set<string>;
}

function checkAssistant(
  message: ChatAssistantMessage,
  index: number,
): string[] {
  const calls = message.tool_calls?.map((call) => call.id) ?? [];
  if ((message.content ?? null) !== null || calls.length > 0) return calls;
  const text = "Invalid value for 'content': expected a string, got null.";
  throw new BadRequest(text, { param: `messages.[${index}].content` });
}

function checkAnswered({ index, missing }: Caller): void {
  if (missing.size === 0) return;
  const text =
    "An assistant message with 'tool_calls' must be followed by tool " +
    "messages responding to each 'tool_call_id'. The following " +
    `tool_call_ids did not have response messages: ${[...missing].join(", ")}`;
  throw new BadRequest(text, { param: `messages.[${index}].role` });
}

function checkToolMessage(id: string, calls: string[], index: number): void {
  if (calls.length === 0) {
    const text = "Invalid parameter: messages with role 'tool' must be a " +
      "response to a preceeding message with 'tool_calls'.";
    throw new BadRequest(text, { param: `messages.[${index}].role` });
  }
  if (calls.includes(id)) return;
  const text = `Invalid parameter: 'tool_call_id' of '${id}' not found in ` +
    "'tool_calls' of previous message.";
  throw new BadRequest(text, { param: `messages.[${index}].tool_call_id` });
}
