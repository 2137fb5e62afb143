type Json = Record<string, unknown>;

/**
 * Whether JSON is a message like nearly all of a conversation: texts, thinking,
 * calls of tools and their results in text. The schema of a message takes all
 * of these as they are, at ten times the cost; what is not one of these may be
 * a message all the same.
 */
export function isCommonMessage(json: unknown): boolean {
  return isObject(json) && isRole(json.role) && isContent(json.content);
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

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" || isNothing(value);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}
