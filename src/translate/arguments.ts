import { jsonrepair } from "jsonrepair";

/**
 * Reads a tool call's arguments as the object they are meant to be.
 *
 * Empty and `null` mean no arguments. JSON inside a JSON string is read twice;
 * code fences, single quotes, missing closers are repaired. What is still not
 * an object is wrapped the way Claude Code itself writes it into its history,
 * so that its tools refuse it and the model sees its own mistake.
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
