/**
 * The messages and tools that nearly all requests consist of. The schemas
 * accept all of these unchanged, at ten times the cost; anything else may still
 * be valid.
 *
 * @module
 */
import { isNothing, isObject, isText } from "../json_kinds.ts";

/** Whether JSON is a message of texts, thinking, calls and text results. */
export function isCommonMessage(json: unknown): boolean {
  return isObject(json) && isRole(json.role) && isContent(json.content);
}

/** Whether JSON is a client tool: a name, a description, a schema. */
export function isCommonTool(json: unknown): boolean {
  if (!isObject(json)) return false;
  for (const name in json) {
    if (!isCommonField(name, json[name])) return false;
  }
  return true;
}

function isCommonField(name: string, value: unknown): boolean {
  switch (name) {
    case "name":
    case "description":
      return typeof value === "string";
    case "input_schema":
      return isObject(value);
    case "defer_loading":
    case "strict":
      return typeof value === "boolean";
    case "type":
      return value === "custom";
    case "max_uses":
    case "allowed_domains":
    case "blocked_domains":
    case "user_location":
      return false; // Anthropic's own tools
    default:
      return true; // the schema ignores it, too
  }
}

function isRole(role: unknown): boolean {
  return role === "user" || role === "assistant" || role === "system";
}

function isContent(content: unknown): boolean {
  return typeof content === "string" ||
    (Array.isArray(content) && content.every(isCommonBlock));
}

function isCommonBlock(block: unknown): boolean {
  if (!isObject(block)) return false;
  switch (block.type) {
    case "text":
      return typeof block.text === "string";
    case "thinking":
      return typeof block.thinking === "string" && isText(block.signature);
    case "tool_use":
      return typeof block.id === "string" && typeof block.name === "string";
    case "tool_result":
      return typeof block.tool_use_id === "string" && isResult(block.content) &&
        (typeof block.is_error === "boolean" || isNothing(block.is_error));
    default:
      return false;
  }
}

function isResult(content: unknown): boolean {
  return isText(content) ||
    (Array.isArray(content) && content.every(isTextBlock));
}

function isTextBlock(block: unknown): boolean {
  return isObject(block) && block.type === "text" &&
    typeof block.text === "string";
}
