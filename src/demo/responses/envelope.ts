/**
 * The response around the output items: the request, how it ended, its usage.
 * Pure.
 *
 * @module
 */
import type { ChatUsage } from "../../openai/chat.ts";
import type { Event, OutputItem } from "./draft.ts";
import type { ResponsesRequest } from "./request.ts";
import type { Said } from "./strokes.ts";

/** What is added to a response from outside. */
export interface Stamp {
  /** Part of every id of the response, unique to it. */
  id: string;
  /** Epoch seconds. */
  created: number;
}

/** Everything a `response` has from the beginning, including the request. */
export function toEnvelope(
  request: ResponsesRequest,
  { id, created }: Stamp,
): Record<string, unknown> {
  const asked = Object.entries(request)
    .filter(([name]) => !NOT_REPEATED.has(name));
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: created,
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: true,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    usage: null,
    user: null,
    metadata: {},
    ...Object.fromEntries(asked),
    reasoning: { effort: null, summary: null, ...request.reasoning },
  };
}

/** Parameters that a response does not repeat. */
const NOT_REPEATED: ReadonlySet<string> = new Set([
  "input",
  "include",
  "stream",
  "stream_options",
]);

/** How a response ended: the event that says so, and what it changes. */
export function toEnding(
  { finishReason, usage, error }: Said,
  output: readonly OutputItem[],
): { type: Event["type"]; fields: Record<string, unknown> } {
  const told = { output, usage: usage && toUsage(usage) };
  if (error) return failed(codeOf(error), error.message);
  switch (finishReason) {
    case "stop":
    case "tool_calls":
    case "function_call":
      return {
        type: "response.completed",
        fields: { ...told, status: "completed" },
      };
    case "length":
      return incomplete("max_output_tokens", told);
    case "insufficient_system_resource":
      return failed("server_is_overloaded", "The server is overloaded.");
    case "error":
    case "network_error":
      return failed("server_error", "The server had an error.");
    default:
      return incomplete(finishReason ?? "", told);
  }
}

/** The error's code. */
export function codeOf({ code, type }: Record<string, unknown>): string {
  return String(code ?? type ?? "server_error");
}

function incomplete(reason: string, told: Record<string, unknown>) {
  const fields = {
    ...told,
    status: "incomplete",
    incomplete_details: { reason },
  };
  return { type: "response.incomplete", fields };
}

function failed(code: string, message: unknown) {
  const fields = { status: "failed", error: { code, message } };
  return { type: "response.failed", fields };
}

/** Usage in this API's format. */
function toUsage(usage: ChatUsage): Record<string, unknown> {
  const { prompt_tokens_details: input, completion_tokens_details: output } =
    usage;
  const input_tokens = usage.prompt_tokens ?? 0;
  const output_tokens = usage.completion_tokens ?? 0;
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: 0, ...input },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0, ...output },
    total_tokens: input_tokens + output_tokens,
  };
}
