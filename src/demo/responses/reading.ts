/**
 * Translates a Responses request to Chat Completions: the simulated model and
 * scripts read requests of both APIs alike. Pure.
 *
 * @module
 */
import type {
  ChatAssistantMessage,
  ChatContentPart,
  ChatMessage,
  ChatRequest,
  ChatTool,
} from "../../openai/chat.ts";
import type { InputItem, InputPart, OutputPart } from "./item_shapes.ts";
import type { ResponsesRequest } from "./request.ts";

/**
 * Translates a request. Reasoning items become `reasoning_details` of the turn
 * they belong to; tools that OpenAI runs itself become `hosted_tools`.
 */
export function toChatRequest(request: ResponsesRequest): ChatRequest {
  const {
    input,
    instructions,
    tools,
    tool_choice,
    max_output_tokens,
    reasoning,
    text,
    stream,
    stream_options: _,
    ...rest
  } = request;
  const functions = (tools ?? []).flatMap(toTool);
  const hosted = (tools ?? []).filter(({ type }) => type !== "function");
  const others: Record<string, unknown> = rest;
  return {
    ...others,
    model: rest.model,
    stream: stream ?? false,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    messages: [
      ...(instructions ? [system(instructions)] : []),
      ...toMessages(input),
    ],
    ...(functions.length > 0 ? { tools: functions } : {}),
    ...(hosted.length > 0 ? { hosted_tools: hosted } : {}),
    ...toChoice(tool_choice),
    ...(max_output_tokens ? { max_completion_tokens: max_output_tokens } : {}),
    ...(reasoning?.effort ? { reasoning_effort: reasoning.effort } : {}),
    ...toFormat(text?.format),
  };
}

function system(content: string): ChatMessage {
  return { role: "system", content };
}

function toTool(
  tool: NonNullable<ResponsesRequest["tools"]>[number],
): ChatTool[] {
  if (tool.type !== "function") return [];
  const { name, description, parameters, strict } = tool;
  return [{
    type: "function",
    function: {
      name,
      ...(description ? { description } : {}),
      parameters: parameters ?? { type: "object" },
      ...(strict ? { strict } : {}),
    },
  }];
}

function toChoice(
  choice: ResponsesRequest["tool_choice"],
): Pick<ChatRequest, "tool_choice"> {
  if (!choice) return {};
  if (typeof choice === "string") return { tool_choice: choice };
  if (choice.type === "allowed_tools") return { tool_choice: choice.mode };
  const { name } = choice;
  return { tool_choice: { type: "function", function: { name } } };
}

function toFormat(
  format: NonNullable<ResponsesRequest["text"]>["format"],
): Pick<ChatRequest, "response_format"> {
  switch (format?.type) {
    case "json_schema": {
      const { type, name, schema, strict } = format;
      const json_schema = { name, schema, strict: strict ?? false };
      return { response_format: { type, json_schema } };
    }
    case "json_object":
      return { response_format: { type: "json_object" } };
  }
  return {};
}

function toMessages(input: string | readonly InputItem[]): ChatMessage[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  const messages: ChatMessage[] = [];
  let turn: ChatAssistantMessage | null = null;
  for (const item of input) {
    const message = toMessage(item);
    if (message !== null) {
      messages.push(message);
      turn = null;
      continue;
    }
    if (turn === null) {
      messages.push(turn = { role: "assistant", content: null });
    }
    addToTurn(turn, item);
  }
  return messages;
}

/** A separate message; `null` for a part of the model's turn. */
function toMessage(item: InputItem): ChatMessage | null {
  if ("role" in item) {
    const { role, content } = item;
    if (role === "assistant") return null;
    if (role !== "user") return { role, content: textOf(content) };
    return { role, content: toContent(content) };
  }
  if (item.type !== "function_call_output") return null;
  const content = textOf(item.output);
  return { role: "tool", tool_call_id: item.call_id, content };
}

/** A string if it is only text, as a Chat Completions client would write it. */
function toContent(
  content: string | readonly InputPart[],
): string | ChatContentPart[] {
  if (typeof content === "string") return content;
  const parts = content.map(toPart);
  const [only, ...others] = parts;
  return only?.type === "text" && others.length === 0 ? only.text : parts;
}

function toPart(part: InputPart): ChatContentPart {
  switch (part.type) {
    case "input_text":
      return { type: "text", text: part.text };
    case "input_image":
      return {
        type: "image_url",
        image_url: { url: part.image_url ?? part.file_id ?? "" },
      };
    case "input_file":
      return {
        type: "file",
        file: {
          filename: part.filename ?? "",
          file_data: part.file_data ?? part.file_url ?? "",
        },
      };
  }
}

function textOf(content: string | readonly InputPart[]): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) =>
    part.type === "input_text" ? [part.text] : []
  ).join("\n");
}

function addToTurn(turn: ChatAssistantMessage, item: InputItem): void {
  if ("role" in item) {
    if (item.role !== "assistant") return;
    turn.content = `${turn.content ?? ""}${spoken(item.content)}`;
  } else if (item.type === "function_call") {
    const { call_id: id, name, arguments: text } = item;
    const call = { name, arguments: text };
    turn.tool_calls ??= [];
    turn.tool_calls.push({ id, type: "function", function: call });
  } else {
    turn.reasoning_details ??= [];
    turn.reasoning_details.push(item);
  }
}

function spoken(content: string | readonly OutputPart[]): string {
  if (typeof content === "string") return content;
  return content.map((part) =>
    part.type === "output_text" ? part.text : part.refusal
  ).join("");
}
