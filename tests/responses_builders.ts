/**
 * Requests and events of the Responses API for unit tests. All events are
 * constructed from the API's manual, none recorded.
 *
 * @module
 */
import type { StreamEvent } from "../src/anthropic/message.ts";
import type { Capabilities } from "../src/openai/capabilities.ts";
import type { InputItem, ResponsesRequest } from "../src/openai/responses.ts";
import { ResponsesEvent } from "../src/openai/responses_events.ts";
import type { AnswerContext } from "../src/translate/answer_context.ts";
import { Notices } from "../src/translate/notices.ts";
import { translateResponsesRequest } from "../src/translate/responses_request.ts";
import { ResponsesTranslator } from "../src/translate/responses_stream.ts";
import { answerContext, aRequest, aTarget } from "./builders.ts";

/** Translates a request for an upstream with only these known capabilities. */
export function toResponses(
  fields: Record<string, unknown> = {},
  given: Partial<Capabilities> = {},
  notices = new Notices(),
): ResponsesRequest {
  return translateResponsesRequest(aRequest(fields), {
    target: aTarget(given),
    inputTokens: 10,
    notices,
  });
}

/** Translates a history. */
export function toInput(
  messages: unknown[],
  given: Partial<Capabilities> = {},
): InputItem[] {
  return toResponses({ messages }, { laterSystem: "in place", ...given }).input;
}

type Item = Record<string, unknown>;

/** An item of the output, whole. */
export const items = {
  message: (text: string, rest: Item = {}): Item => ({
    type: "message",
    id: "msg_1",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text, annotations: [] }],
    ...rest,
  }),
  reasoning: (id: string, ...summary: string[]): Item => ({
    type: "reasoning",
    id,
    summary: summary.map((text) => ({ type: "summary_text", text })),
    encrypted_content: `cipher of ${id}`,
  }),
  call: (name: string, args: string, call_id = `call_${name}`): Item => ({
    type: "function_call",
    id: `fc_${name}`,
    call_id,
    name,
    arguments: args,
    status: "completed",
  }),
  search: (query: string, ...urls: string[]): Item => ({
    type: "web_search_call",
    id: "ws_1",
    status: "completed",
    action: {
      type: "search",
      query,
      sources: urls.map((url) => ({ type: "url", url })),
    },
  }),
};

/** One event, parsed as if received. */
export function event(type: string, rest: Item = {}): ResponsesEvent {
  return ResponsesEvent.parse({ type: `response.${type}`, ...rest });
}

/** An item as it is streamed, in the given pieces. */
export function streamed(
  output_index: number,
  item: Item,
  pieces: readonly string[] = [],
): ResponsesEvent[] {
  const about = { output_index };
  const empty = { ...item, content: [], summary: [], arguments: "" };
  const { encrypted_content: _, ...begun } = Object(empty);
  const names: Record<string, string> = {
    message: "output_text",
    reasoning: "reasoning_summary_text",
    function_call: "function_call_arguments",
  };
  const name = names[String(item.type)];
  return [
    event("output_item.added", { ...about, item: begun }),
    ...pieces.map((delta) => event(`${name}.delta`, { ...about, delta })),
    event("output_item.done", { ...about, item }),
  ];
}

/** The event that ends a response well. */
export function completed(
  output: readonly Item[] = [],
  usage: Item | null = null,
): ResponsesEvent {
  const response = { status: "completed", output, usage };
  return event("completed", { response });
}

/** A whole response as a stream that says everything only once, at its end. */
export function whole(...output: Item[]): ResponsesEvent[] {
  return [completed(output)];
}

/** All events for the upstream's events, including the end. */
export function told(
  events: readonly ResponsesEvent[],
  given: Partial<AnswerContext> = {},
): StreamEvent[] {
  const translator = new ResponsesTranslator(answerContext(given));
  const said = events.flatMap((event) => translator.push(event));
  return [...said, ...translator.end()];
}
