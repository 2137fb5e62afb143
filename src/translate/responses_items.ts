/**
 * The conversation so far as items of the Responses API.
 *
 * @module
 */
import type { InputMessage } from "../anthropic/request.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import type { InputItem, InputPart } from "../openai/responses.ts";
import type { AssistantContext } from "./assistant_turn.ts";
import { type ClientTurn, toTurns } from "./conversation.ts";
import { ModelItems } from "./responses_model_items.ts";
import { toSpeeches } from "./speeches.ts";
import { NO_RESULT, toResultParts } from "./tool_result.ts";
import type { ContentContext } from "./user_content.ts";

/**
 * Translates the history. Equal beginnings give byte-identical items, so that
 * the upstream's prompt cache hits from turn to turn.
 *
 * @throws {ApiError} `invalid_request_error` if it ends with the assistant, or
 * its newest turn contains what cannot be sent.
 */
export function translateItems(
  messages: readonly InputMessage[],
  context: AssistantContext,
): InputItem[] {
  const items: InputItem[] = [];
  const model = new ModelItems(context);
  for (const turn of toTurns(messages, context.capabilities)) {
    const translated = turn.isModel
      ? model.translate(turn)
      : translateReply(turn, { ...context, isNewest: turn.isNewest });
    for (const item of translated) items.push(item);
  }
  return items.length > 0 ? items : [userMessage([NOTHING])];
}

/** The API requires some input. */
const NOTHING: ChatContentPart = { type: "text", text: "(empty)" };

/** The client's turn: outputs first, in the order of the calls, then the rest. */
function translateReply(
  turn: ClientTurn,
  context: ContentContext,
): InputItem[] {
  const items: InputItem[] = [];
  for (const { call: { callId: call_id }, result } of turn.answers) {
    const parts = result ? toResultParts(result, context) : NO_RESULT;
    const output = typeof parts === "string" ? parts : parts.map(toInputPart);
    items.push({ type: "function_call_output", call_id, output });
  }
  const { systemRole } = context.capabilities;
  for (const speech of toSpeeches(turn, { ...context, attachments: [] })) {
    items.push(
      speech.role === "user" ? userMessage(speech.parts) : {
        type: "message",
        role: systemRole,
        content: [{ type: "input_text", text: speech.text }],
      },
    );
  }
  return items;
}

function userMessage(parts: readonly ChatContentPart[]): InputItem {
  return { type: "message", role: "user", content: parts.map(toInputPart) };
}

function toInputPart(part: ChatContentPart): InputPart {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text };
    case "image_url": {
      const { url } = part.image_url;
      return { type: "input_image", image_url: url, detail: "auto" };
    }
    case "file": {
      const { filename, file_data } = part.file;
      return file_data.startsWith("data:")
        ? { type: "input_file", filename, file_data }
        : { type: "input_file", filename, file_url: file_data };
    }
  }
}
