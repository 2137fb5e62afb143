import { jsonrepair } from "jsonrepair";

/**
 * Parses a tool call's arguments into the intended object.
 *
 * Empty and `null` mean no arguments. JSON inside a JSON string is parsed
 * twice; code fences, single quotes and missing closers are repaired. What is
 * still not an object is wrapped the way Claude Code itself writes it into its
 * history, so that its tools reject it and the model sees its mistake.
 */
export function parseArguments(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  let value = parse(text);
  if (typeof value === "string") value = parse(value);
  if (value === null) return {};
  if (isObject(value)) return value;
  return { __unparsedToolInput: { raw: text, len: text.length } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return repair(text);
  }
}

function repair(text: string): unknown {
  try {
    return JSON.parse(jsonrepair(text));
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object, not an array or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
