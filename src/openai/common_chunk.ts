import { isNothing, isObject, isText } from "../json_kinds.ts";
import type { ChatChunk } from "./chat.ts";

/** Fields of a delta that hold text. */
const TEXTS: readonly string[] = ["content", "reasoning_content", "reasoning"];

/**
 * Whether JSON is a chunk like nearly all of a stream: one choice that adds to
 * a text or to a call. `ChatChunk` accepts all of these unchanged, at many
 * times the cost; anything else may still be a chunk.
 */
export function isCommonChunk(json: unknown): json is ChatChunk {
  if (!isObject(json) || !isNothing(json.usage) || !isNothing(json.error)) {
    return false;
  }
  const { choices } = json;
  if (!Array.isArray(choices) || choices.length !== 1) return false;
  const [choice] = choices;
  return isObject(choice) && isNothing(choice.finish_reason) &&
    isObject(choice.delta) && isCommonDelta(choice.delta);
}

function isCommonDelta(delta: Record<string, unknown>): boolean {
  for (const name in delta) {
    const value = delta[name];
    if (value === null || name === "role") continue;
    const isCommon = name === "tool_calls"
      ? Array.isArray(value) && value.every(isCommonCall)
      : typeof value === "string" && TEXTS.includes(name);
    if (!isCommon) return false;
  }
  return true;
}

function isCommonCall(call: unknown): boolean {
  return isObject(call) && Number.isInteger(call.index) && isText(call.id) &&
    isObject(call.function) && isText(call.function.name) &&
    isText(call.function.arguments);
}
